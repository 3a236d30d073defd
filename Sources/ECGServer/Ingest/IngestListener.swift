import ECGModel
import ECGStore
import ECGTriage
import ECGWire
import Logging
import Metrics
import NIOCore
import NIOPosix
import NIOSSL
import ServiceLifecycle
import Synchronization

/// What every connection needs of the server.
struct IngestServices: Sendable {
    let store: any Store
    let committer: GroupCommitter
    let register: RecordingRegister
    let devices: ConnectedDevices
    let traffic: Traffic
    let parked: ParkedAnalyses
    let turnstile: Turnstile
    let tables: TriageTableBook
    let limits: WireLimits
    let metrics: ServerMetrics
    let now: @Sendable () -> Timestamp
    /// A clock that nobody sets, by which time-outs count.
    let uptime: @Sendable () -> Duration
    let logger: Logger
}

/// Accepts the devices' connections.
final class IngestListener: Service {
    /// How often a graceful stop looks whether devices have taken their last acknowledgements.
    private static let drainCheck = Duration.milliseconds(10)
    /// Pending connections in the kernel: a whole county reconnecting after a power cut.
    private static let backlog: Int32 = 4096

    /// What is taken from a socket at a time, in bytes: a block of a second in one piece, and of a device that sends what it
    /// has kept no more than some five, so that the others of its loop are not held up.
    private static let readSizes = AdaptiveRecvByteBufferAllocator(minimum: 1_024, initial: 4_096, maximum: 16_384)

    private let services: IngestServices
    private let address: NetworkAddress
    private let certificate: CertificateReload
    private let allowsPlaintext: Bool
    private let connectionLimit: Int
    private let longestDrain: Duration
    private let group: any EventLoopGroup
    private let desks: [IngestDesk]
    private let openConnections = Atomic<Int>(0)
    private let nextConnection = Atomic<UInt32>(1)
    private let bound = Mutex<SocketAddress?>(nil)

    /// - Parameters:
    ///   - allowsPlaintext: Also take devices that connect without encryption.
    ///   - connectionLimit: How many are taken at once.
    ///   - longestDrain: See ``IngestLimits/longestDrain``.
    init(
        services: IngestServices, address: NetworkAddress, certificate: CertificateReload,
        allowsPlaintext: Bool, connectionLimit: Int, longestDrain: Duration, group: any EventLoopGroup
    ) {
        self.services = services
        self.address = address
        self.certificate = certificate
        self.allowsPlaintext = allowsPlaintext
        self.connectionLimit = connectionLimit
        self.longestDrain = longestDrain
        self.group = group
        desks = group.makeIterator().map { loop in
            IngestDesk(loop: loop, uptime: services.uptime) {
                services.committer.isCongested(forUrgent: $0)
            } fellBehind: {
                services.metrics.turnsBehind.increment()
            }
        }
    }

    /// Where devices can connect, once the listener runs.
    var boundAddress: SocketAddress? { bound.withLock { $0 } }

    func run() async throws {
        let listening = try await listen()
        bound.withLock { $0 = listening.localAddress }
        services.logger.notice(
            "devices may connect",
            metadata: [
                "address": "\(address)", "port": "\(listening.localAddress?.port ?? 0)",
                "pin": "\(certificate.current.pin.hexadecimal)", "plaintext": "\(allowsPlaintext)",
            ])
        // Cancelled or asked to stop, both end the listening.
        try? await gracefulShutdown()
        try await listening.close()
        await drain()
    }

    private func listen() async throws -> any NIOCore.Channel {
        do {
            return try await bind()
        } catch {
            throw ListeningError(address: address, option: "--listen", cause: error)
        }
    }

    private func bind() async throws -> any NIOCore.Channel {
        try await ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: Self.backlog)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.socketOption(.so_keepalive), value: 1)
            .childChannelOption(.maxMessagesPerRead, value: 1)
            .childChannelOption(.recvAllocator, value: Self.readSizes)
            .childChannelInitializer { [self] channel in
                channel.eventLoop.makeCompletedFuture { try accept(channel) }
            }
            .bind(host: address.host, port: address.port).get()
    }

    private func accept(_ channel: any NIOCore.Channel) throws {
        let open = openConnections.wrappingAdd(1, ordering: .relaxed).newValue
        channel.closeFuture.whenComplete { [self] _ in
            openConnections.wrappingSubtract(1, ordering: .relaxed)
            services.metrics.connections.record(openConnections.load(ordering: .relaxed))
        }
        services.metrics.connections.record(open)
        guard open <= connectionLimit else { throw IngestError.tooManyConnections(connectionLimit) }
        guard let desk = desks.first(where: { $0.loop === channel.eventLoop }) else {
            preconditionFailure("every loop of the group has a desk")
        }
        let id = ConnectionID(rawValue: nextConnection.wrappingAdd(1, ordering: .relaxed).oldValue)
        let pipeline = channel.pipeline.syncOperations
        let device = DeviceConnectionHandler(id: id, desk: desk, services: services)
        let shown = certificate.current
        if allowsPlaintext {
            try pipeline.addHandler(EncryptionDetector(certificate: shown, device: device))
        } else {
            try pipeline.addHandler(NIOSSLServerHandler(context: shown.context))
            device.encrypted(with: shown)
        }
        try pipeline.addHandler(device)
    }

    /// Waits, for a bounded time, until every device has its last acknowledgement.
    private func drain() async {
        for desk in desks { desk.drain() }
        let deadline = ContinuousClock.now + longestDrain
        while openConnections.load(ordering: .relaxed) > 0, ContinuousClock.now < deadline {
            do {
                try await Task.sleep(for: Self.drainCheck)
            } catch {
                // Cancelled: the server has no more time to wait for its devices.
                return
            }
        }
    }
}

enum IngestError: Error, CustomStringConvertible {
    case tooManyConnections(Int)

    var description: String {
        switch self {
        case .tooManyConnections(let limit): "\(limit) connections are open already"
        }
    }
}
