public import ECGModel
public import ECGStore
public import ECGTriage
public import ECGWire
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
public import Logging
import NIOCore
import NIOPosix
import NIOSSL
public import ServiceLifecycle
import Synchronization

/// One server: ingest, API, and everything that keeps the queue honest, over one store.
///
/// Run it in a `ServiceGroup` that listens to SIGTERM. At a graceful stop the parts end in the reverse of the order in
/// which they depend on each other: devices are heard out and told goodbye, what they sent is committed, then the API and
/// the store close.
public final class Server: Service {
    /// One loop a core: ingest runs to completion on its loop and more threads would only take turns.
    private static let loopCount = System.coreCount

    private let configuration: ServerConfiguration
    private let store: any Store
    private let logger: Logger
    private let group: MultiThreadedEventLoopGroup
    private let committer: GroupCommitter
    private let feed: AlertFeed
    private let listener: IngestListener
    private let application: any ApplicationProtocol
    private let services: [any Service]
    private let boundAPI: BoundAddress

    /// Where devices can connect, once the server runs; with port 0 in the configuration, the port that was chosen.
    public var deviceAddress: NetworkAddress? {
        listener.boundAddress.flatMap(NetworkAddress.init)
    }

    /// Where the API answers, once the server runs.
    public var apiAddress: NetworkAddress? { boundAPI.value }

    /// Opens the store in the configuration's data folder.
    ///
    /// - Throws: ``ServerConfigurationError``, ``StoreError``, or what reading the certificate throws.
    public convenience init(configuration: ServerConfiguration, table: TriageTable, logger: Logger) throws {
        try configuration.validate()
        let store = try SQLiteStore(directory: configuration.dataDirectory)
        try self.init(configuration: configuration, store: store, table: table, logger: logger)
    }

    /// Serves a store that is open already.
    public init(
        configuration: ServerConfiguration, store: any Store, table: TriageTable, logger: Logger,
        now: @escaping @Sendable () -> Timestamp = { WallClock.now() }
    ) throws {
        try configuration.validate()
        self.configuration = configuration
        self.store = store
        self.logger = logger
        let tls = try configuration.tls.map(Self.serverTLS)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: Self.loopCount)
        self.group = group

        let exposition = PrometheusMetrics(catalogue: ServerMetrics.catalogue)
        let metrics = ServerMetrics(factory: exposition)
        let feed = AlertFeed(store: store, logger: logger)
        self.feed = feed
        let committer = GroupCommitter(store: store, now: now) { batch in
            metrics.record(batch)
            feed.poke()
        }
        self.committer = committer

        let register = RecordingRegister()
        let listener = IngestListener(
            services: IngestServices(
                store: store, committer: committer, register: register, table: table, limits: .default,
                metrics: metrics, now: now, logger: logger),
            address: configuration.listen, tls: try tls.map { try NIOSSLContext(configuration: $0) }, group: group)
        self.listener = listener

        let api = HTTPAPI(
            store: store, feed: feed, access: AccessControl(store: store, now: now), metrics: metrics,
            exposition: exposition, metricsNeedToken: !configuration.http.isLoopback, isEncrypted: tls != nil,
            isIngestReady: { listener.boundAddress != nil }, now: now)
        let boundAPI = BoundAddress()
        self.boundAPI = boundAPI
        application = try Self.application(
            api, configuration: configuration, tls: tls, group: group, bound: boundAPI, logger: logger)

        services = [
            CommitterService(committer: committer), feed,
            DeviceMessenger(feed: feed, register: register),
            QueueWatch(store: store, feed: feed, metrics: metrics, now: now, logger: logger),
            Reanalysis(
                store: store, table: table, silence: .seconds(configuration.silentAfterSeconds), now: now,
                poke: { feed.poke() }, logger: logger),
            Retention(store: store, days: configuration.retentionDays, now: now, logger: logger),
            application, listener,
        ]
    }

    /// A link that admits once, to name the first administrator; nil when there are users.
    public func setupLink() async throws -> String? {
        let scheme = configuration.tls == nil ? "http" : "https"
        return try await AccessControl.setupLinkIfNeeded(
            store: store, baseURL: "\(scheme)://\(configuration.http)", now: WallClock.now())
    }

    /// Serves until a graceful shutdown, then closes the store.
    public func run() async throws {
        let parts = ServiceGroup(
            configuration: .init(
                services: services.map { .init(service: $0) }, gracefulShutdownSignals: [], logger: logger))
        do {
            try await parts.run()
        } catch {
            await close()
            throw error
        }
        await close()
    }

    private func close() async {
        do {
            try await store.close()
            try await group.shutdownGracefully()
        } catch {
            logger.error("the server did not close cleanly", metadata: ["error": "\(error)"])
        }
    }

    /// TLS 1.3 only: every device is new, none has to be carried along.
    private static func serverTLS(_ files: ServerConfiguration.TLS) throws -> TLSConfiguration {
        let chain = try NIOSSLCertificate.fromPEMFile(files.certificateFile).map {
            NIOSSLCertificateSource.certificate($0)
        }
        let key = try NIOSSLPrivateKey(file: files.privateKeyFile, format: .pem)
        var tls = TLSConfiguration.makeServerConfiguration(certificateChain: chain, privateKey: .privateKey(key))
        tls.minimumTLSVersion = .tlsv13
        return tls
    }

    private static func application(
        _ api: HTTPAPI, configuration: ServerConfiguration, tls: TLSConfiguration?, group: MultiThreadedEventLoopGroup,
        bound: BoundAddress, logger: Logger
    ) throws -> any ApplicationProtocol {
        let plain = HTTPServerBuilder.http1(configuration: HTTPAPI.channelConfiguration)
        let builder = try tls.map { try HTTPServerBuilder.tls(plain, tlsConfiguration: $0) } ?? plain
        return Application(
            router: api.router(), server: builder,
            configuration: .init(
                address: .hostname(configuration.http.host, port: configuration.http.port), serverName: nil),
            onServerRunning: { channel in
                bound.value = channel.localAddress.flatMap(NetworkAddress.init)
            }, eventLoopGroupProvider: .shared(group), logger: logger)
    }
}

/// An address that is known once a socket is bound to it.
private final class BoundAddress: Sendable {
    private let address = Mutex<NetworkAddress?>(nil)
    var value: NetworkAddress? {
        get { address.withLock { $0 } }
        set { address.withLock { $0 = newValue } }
    }
}

extension NetworkAddress {
    /// Nil for sockets that have no port.
    fileprivate init?(_ address: SocketAddress) {
        guard let host = address.ipAddress, let port = address.port else { return nil }
        self.init(host: host, port: port)
    }
}

/// The committer as a service: at a graceful stop it commits what is queued before it returns.
private struct CommitterService: Service {
    let committer: GroupCommitter

    func run() async throws {
        try await withGracefulShutdownHandler {
            try await committer.run()
        } onGracefulShutdown: {
            committer.finish()
        }
    }
}
