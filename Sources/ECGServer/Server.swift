public import ECGModel
public import ECGStore
public import ECGTriage
public import ECGWire
import Foundation
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
    /// One loop a core for devices: ingest runs to completion on its loop and more threads would only take turns.
    private static let deviceLoopCount = System.coreCount
    /// Readers, browsers among them, have a loop of their own: where devices bring more than the processor takes, an alert is
    /// not to wait behind their blocks a second time. One serves 200 screens with a tenth of a core.
    private static let readerLoopCount = 1

    private let longestStop: Duration
    private let configuration: ServerConfiguration
    private let store: any Store
    private let logger: Logger
    private let now: @Sendable () -> Timestamp
    private let deviceLoops: MultiThreadedEventLoopGroup
    private let readerLoops: MultiThreadedEventLoopGroup
    private let committer: GroupCommitter
    private let tables: TriageTableBook
    private let feed: AlertFeed
    private let listener: IngestListener
    private let certificate: CertificateReload
    private let settings: SettingsFile
    private let services: [any Service]
    private let boundAPI: BoundAddress
    /// Nil where the caller has opened the store.
    private let folderLock: DataFolderLock?

    /// Where devices can connect, once the server runs; with port 0 in the configuration, the port that was chosen.
    public var deviceAddress: NetworkAddress? {
        listener.boundAddress.flatMap(NetworkAddress.init)
    }

    /// Where the API answers, once the server runs.
    public var apiAddress: NetworkAddress? { boundAPI.value }

    /// Opens the store in the configuration's data folder.
    ///
    /// Only one server at a time runs on a folder: a second is refused.
    ///
    /// - Throws: ``ServerConfigurationError``, ``StoreError``, or what reading the certificate throws.
    public convenience init(configuration: ServerConfiguration, table: TriageTable, logger: Logger) throws {
        try configuration.validate()
        let lock = try DataFolderLock(dataFolder: configuration.dataDirectory)
        let store = try SQLiteStore(directory: configuration.dataDirectory)
        try self.init(configuration: configuration, store: store, folderLock: lock, table: table, logger: logger)
    }

    /// Serves a store that is open already.
    /// - Parameters:
    ///   - httpConnections: How many connections to the API are taken at a time.
    ///   - firstRequestSeconds: So long one of them may stay that has asked for nothing.
    ///   - now: The machine's clock, which may be set while the server runs.
    ///   - uptime: A clock that is not.
    public convenience init(
        configuration: ServerConfiguration, store: any Store, table: TriageTable, logger: Logger,
        limits: IngestLimits = .default, httpConnections: Int = HTTPLimits.connections,
        firstRequestSeconds: Int64 = HTTPLimits.firstRequestSeconds,
        now: @escaping @Sendable () -> Timestamp = { WallClock.now() },
        uptime: @escaping @Sendable () -> Duration = { Uptime.now() }
    ) throws {
        try self.init(
            configuration: configuration, store: store, folderLock: nil, table: table, logger: logger, limits: limits,
            httpConnections: httpConnections, firstRequestSeconds: firstRequestSeconds, now: now, uptime: uptime)
    }

    private init(
        configuration: ServerConfiguration, store: any Store, folderLock: DataFolderLock?, table: TriageTable,
        logger: Logger, limits: IngestLimits = .default, httpConnections: Int = HTTPLimits.connections,
        firstRequestSeconds: Int64 = HTTPLimits.firstRequestSeconds,
        now: @escaping @Sendable () -> Timestamp = { WallClock.now() },
        uptime: @escaping @Sendable () -> Duration = { Uptime.now() }
    ) throws {
        try configuration.validate()
        self.folderLock = folderLock
        self.configuration = configuration
        self.store = store
        self.logger = logger
        self.now = now
        longestStop = limits.longestStop
        let given = try configuration.tls.map {
            try CertificateReload(
                certificateFile: $0.certificateFile, privateKeyFile: $0.privateKeyFile, logger: logger)
        }
        let certificate = try given ?? Self.ownCertificate(configuration, now: now, logger: logger)
        self.certificate = certificate
        let deviceLoops = MultiThreadedEventLoopGroup(numberOfThreads: Self.deviceLoopCount)
        let readerLoops = MultiThreadedEventLoopGroup(numberOfThreads: Self.readerLoopCount)
        (self.deviceLoops, self.readerLoops) = (deviceLoops, readerLoops)

        let exposition = PrometheusMetrics(catalogue: ServerMetrics.catalogue)
        let metrics = ServerMetrics(factory: exposition)
        let feed = AlertFeed(store: store, logger: logger)
        self.feed = feed
        let committer = GroupCommitter(store: store, limits: limits.queue, now: now) { batch in
            metrics.record(batch)
            if let failure = batch.failure {
                logger.error(
                    "the store could not commit what devices sent; they send it again",
                    metadata: ["cause": "\(failure)", "changes": "\(batch.changes)", "attempts": "\(batch.attempts)"])
            }
            if batch.raisesAlerts { feed.poke() }
        }
        self.committer = committer

        let register = RecordingRegister()
        let devices = ConnectedDevices()
        let parked = ParkedAnalyses(limit: limits.parkedAnalyses, duration: limits.parkedFor)
        let book = TriageTableBook(own: table)
        tables = book
        let connectionLimit = DescriptorLimit.devices(
            atMost: IngestLimits.connections, besides: httpConnections + HTTPLimits.closingConnections)
        if connectionLimit < IngestLimits.connections {
            logger.warning(
                "the system's limit of open files bounds the devices' connections: raise it (LimitNOFILE, ulimit -n)",
                metadata: ["connections": "\(connectionLimit)", "files": "\(DescriptorLimit.current)"])
        }
        var limits = limits
        limits.unprovenConnections = min(
            limits.unprovenConnections, connectionLimit * IngestLimits.unprovenPercent / 100)
        let listener = IngestListener(
            services: IngestServices(
                store: store, committer: committer, register: register, devices: devices,
                traffic: Traffic(limits: limits), parked: parked,
                turnstile: Turnstile(places: limits.analysesAtOnce, waiting: limits.waitingAnalyses),
                tables: book, limits: .default,
                metrics: metrics, now: now, uptime: uptime, logger: logger),
            address: configuration.listen, certificate: certificate,
            allowsPlaintext: configuration.allowsPlaintext || configuration.listen.isLoopback,
            connectionLimit: connectionLimit, longestDrain: limits.longestDrain, group: deviceLoops)
        self.listener = listener

        let settings = try SettingsFile(
            dataFolder: configuration.dataDirectory, standard: SiteSettings(configuration), logger: logger)
        self.settings = settings
        let desk = SettingsDesk(file: settings, store: store, now: now, logger: logger)
        let presence = ReaderPresence()
        let ladder = Escalation(
            store: store, feed: feed, settings: settings, presence: presence,
            metrics: EscalationMetrics(factory: exposition), group: readerLoops, now: now, uptime: uptime,
            isAlone: folderLock != nil, logger: logger)
        let api = HTTPAPI(
            store: store, feed: feed, access: AccessControl(store: store, now: now), metrics: metrics,
            exposition: exposition, escalation: ladder, presence: presence,
            metricsNeedToken: !configuration.http.isLoopback || configuration.publicURL != nil,
            isEncrypted: given != nil || configuration.publicURL?.hasPrefix("https:") == true,
            isBehindProxy: configuration.publicURL != nil, connections: httpConnections,
            firstRequestSeconds: firstRequestSeconds, isIngestReady: { listener.boundAddress != nil }, now: now,
            site: { settings.settings }, settings: desk,
            tables: book)
        let boundAPI = BoundAddress()
        self.boundAPI = boundAPI
        let application = try Self.application(
            api, configuration: configuration, tls: given?.configuration, loops: readerLoops,
            connections: httpConnections, bound: boundAPI, logger: logger)

        services = [
            TriageTableWatch(store: store, book: book, metrics: metrics, logger: logger),
            CommitterService(committer: committer), feed,
            certificate, CertificateWatch(certificate: certificate, metrics: metrics, now: now, logger: logger),
            DeviceMessenger(feed: feed, register: register, devices: devices, store: store, logger: logger),
            RevocationWatch(store: store, devices: devices, logger: logger),
            ContactWatch(store: store, devices: devices, now: now, logger: logger),
            QueueWatch(store: store, feed: feed, metrics: metrics, now: now, logger: logger),
            Reanalysis(
                store: store, tables: book, silence: .seconds(configuration.silentAfterSeconds),
                abandonment: .hours(configuration.abandonedAfterHours), now: now, uptime: uptime,
                poke: { feed.poke() }, logger: logger),
            ParkedAnalysesWatch(parked: parked, uptime: uptime, logger: logger),
            Retention(
                store: store, days: configuration.retentionDays, now: now, uptime: uptime, metrics: metrics,
                logger: logger),
            settings, desk, ladder,
            APIListener(application: application, address: configuration.http, bound: boundAPI), listener,
        ]
    }

    /// A link that admits once, to name the first administrator; nil when there are users.
    public func setupLink() async throws -> String? {
        let scheme = configuration.tls == nil ? "http" : "https"
        return try await AccessControl.setupLinkIfNeeded(
            store: store, baseURL: configuration.publicURL ?? "\(scheme)://\(configuration.http)", now: now())
    }

    /// Reads the certificate again if its files have changed, which is also done every few seconds.
    public func reloadCertificate() { certificate.reload() }

    /// Reads the site's settings again if their file has changed, which is also done every few seconds.
    public func reloadSettings() { settings.reload() }

    /// SHA-256 of the public key by which devices know this server; see ``ServerCertificate/pin``.
    public var pin: [UInt8] { certificate.current.pin }

    /// Serves until a graceful shutdown, then closes the store.
    public func run() async throws {
        if try await RestoredCopy(dataFolder: configuration.dataDirectory).goOnElsewhere(store, at: now()) {
            logger.notice("this data folder is a backup's copy: alerts are numbered anew from here")
        }
        await judgeByTheSitesTable()
        var parts = ServiceGroupConfiguration(
            services: services.map { .init(service: $0) }, gracefulShutdownSignals: [], logger: logger)
        parts.maximumGracefulShutdownDuration = longestStop
        let group = ServiceGroup(configuration: parts)
        do {
            try await group.run()
        } catch {
            await close()
            throw error
        }
        await close()
    }

    /// Before the first device comes: no recording's beginning is to be judged by the server's own table where the site has
    /// put another one into force.
    private func judgeByTheSitesTable() async {
        do {
            try await tables.refresh(from: store)
            tables.sayDoubt(logger)
        } catch {
            logger.error("the site's triage table cannot be used yet", metadata: ["error": "\(error)"])
        }
    }

    private func close() async {
        do {
            try await store.close()
            folderLock?.release()
            try await deviceLoops.shutdownGracefully()
            try await readerLoops.shutdownGracefully()
        } catch {
            logger.error("the server did not close cleanly", metadata: ["error": "\(error)"])
        }
    }

    /// Devices are always offered encryption: where the operator gives no certificate, with the server's own.
    private static func ownCertificate(
        _ configuration: ServerConfiguration, now: () -> Timestamp, logger: Logger
    ) throws -> CertificateReload {
        let own = try OwnCertificate.find(inDataFolder: configuration.dataDirectory, now: now())
        return try CertificateReload(
            certificateFile: own.certificateFile, privateKeyFile: own.privateKeyFile, logger: logger)
    }

    private static func application(
        _ api: HTTPAPI, configuration: ServerConfiguration, tls: TLSConfiguration?, loops: MultiThreadedEventLoopGroup,
        connections: Int, bound: BoundAddress, logger: Logger
    ) throws -> any ApplicationProtocol {
        let plain = HTTPServerBuilder.http1(configuration: api.channelConfiguration)
        let builder = try tls.map { try HTTPServerBuilder.tls(plain, tlsConfiguration: $0) } ?? plain
        return Application(
            router: api.router(), server: builder,
            configuration: .init(
                address: .hostname(configuration.http.host, port: configuration.http.port), serverName: nil,
                // Those that are to be closed are there for a moment longer.
                availableConnectionsDelegate: MaximumAvailableConnections(
                    connections + HTTPLimits.closingConnections)),
            onServerRunning: { channel in
                bound.value = channel.localAddress.flatMap(NetworkAddress.init)
            }, eventLoopGroupProvider: .shared(loops), logger: logger)
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

/// The API as a service that says which address it cannot have.
private struct APIListener: Service {
    let application: any ApplicationProtocol
    let address: NetworkAddress
    let bound: BoundAddress

    func run() async throws {
        do {
            try await application.run()
        } catch  where bound.value == nil {
            throw ListeningError(address: address, option: "--http", cause: error)
        }
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
