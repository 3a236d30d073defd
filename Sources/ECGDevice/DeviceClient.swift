public import ECGModel
public import ECGWire
import Foundation
public import Logging
import NIOCore
import NIOPosix

/// What a device's connection tells whoever watches it.
public enum DeviceReport: Sendable {
    case connected
    case event(DeviceEvent)
    /// The recording stays in the outbox and is not sent any more.
    case failed(RecordingID, UploadPlan.Failure)
    /// So many of its samples cannot be read from the outbox; the server gets them as missing. Its file is kept under this name
    /// in the outbox's folder, if it has a name.
    case damaged(RecordingID, samples: Int, keptAs: String?)
    /// The connection is gone; the client tries again after `retryAfter`.
    case disconnected(reason: String, retryAfter: Duration)
}

/// The device's side of the network: connects, proves who it is, sends what is in the outbox, and connects again after
/// every cut.
public struct DeviceClient: Sendable {
    private let identity: DeviceIdentity
    private let server: NetworkAddress
    private let verifier: ServerVerifier?
    private let outbox: Outbox
    private let patience: Duration?
    private let software: String
    private let now: @Sendable () -> Timestamp
    private let logger: Logger

    private static let connectTimeout = TimeAmount.seconds(10)
    /// What may wait in the socket and in this process, where nothing can overtake it any more: some blocks of a second.
    private static let unsentBytes = 8192
    /// TCP_NOTSENT_LOWAT: bounds what the system takes before it can send it. Without it a slow link's socket takes minutes.
    #if canImport(Darwin)
        private static let unsentBound = NIOBSDSocket.Option(rawValue: 0x201)
    #else
        private static let unsentBound = NIOBSDSocket.Option(rawValue: 25)
    #endif

    /// - Parameters:
    ///   - verifier: Sets up TLS. Nil speaks plain TCP, which a server offers on loopback only.
    ///   - patience: How long to go on trying while something waits and nothing more gets stored; nil is for ever.
    ///   - software: Name and version of the device's software, for the operator.
    ///   - now: The device's clock.
    public init(
        identity: DeviceIdentity, server: NetworkAddress, verifier: ServerVerifier? = nil, outbox: Outbox,
        patience: Duration? = nil, software: String, now: @escaping @Sendable () -> Timestamp,
        logger: Logger = Logger(label: "ecgnet.device")
    ) {
        self.identity = identity
        self.server = server
        self.verifier = verifier
        self.outbox = outbox
        self.patience = patience
        self.software = software
        self.now = now
        self.logger = logger
    }

    /// Sends what is in the outbox and what comes into it, until the task is cancelled.
    ///
    /// - Parameter report: Called on the connection's event loop, in order; must not block.
    /// - Throws: ``DeviceClientError`` when the server refuses the device or nothing more gets stored.
    public func run(report: @escaping @Sendable (DeviceReport) -> Void) async throws(DeviceClientError) {
        var plan = UploadPlan()
        var reconnection = Reconnection()
        var random = SystemRandomNumberGenerator()
        var lastProgress = ContinuousClock.now
        while !Task.isCancelled {
            let end = await connect(plan, report: report)
            guard !Task.isCancelled else { return }
            plan = end.plan
            plan.update(outbox.recordings)
            if end.isProgress || !plan.hasWork { lastProgress = .now }
            switch reconnection.connectionEnded(end.wireError, isProgress: end.isProgress, random: &random) {
            case .giveUp(let error): throw .refused(error)
            case .retry(let pause):
                let left = patience.map { $0 - lastProgress.duration(to: .now) }
                if let left, left <= .zero { throw .noProgress(server.description, end.reason) }
                let pause = min(pause, left ?? pause)
                report(.disconnected(reason: end.reason, retryAfter: pause))
                // Cancelled while it waits, the device stops waiting.
                try? await Task.sleep(for: pause)
            }
        }
    }

    /// One connection, from the first attempt to its end.
    private func connect(
        _ plan: UploadPlan, report: @escaping @Sendable (DeviceReport) -> Void
    ) async -> UploadEnd {
        let bootstrap = ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(.tcpOption(Self.unsentBound), value: Self.unsentBytes)
            .channelOption(
                .writeBufferWaterMark, value: .init(low: Self.unsentBytes / 2, high: Self.unsentBytes)
            )
            .connectTimeout(Self.connectTimeout)
        let result = MultiThreadedEventLoopGroup.singleton.next().makePromise(of: UploadEnd.self)
        do {
            let channel = try await bootstrap.channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let verifier {
                        try channel.pipeline.syncOperations.addHandler(verifier.makeHandler(host: server.host))
                    }
                    try channel.pipeline.syncOperations.addHandler(
                        UploadHandler(
                            plan: plan, outbox: outbox, identity: identity, isEncrypted: verifier != nil,
                            software: software, now: now, report: report, end: result, logger: logger))
                }
            }.connect(host: server.host, port: server.port).get()
            return try await withTaskCancellationHandler {
                try await result.futureResult.get()
            } onCancel: {
                channel.pipeline.fireUserInboundEventTriggered(UploadHandler.Stop())
            }
        } catch {
            let end = UploadEnd(
                plan: plan, wireError: nil, isProgress: false,
                reason: "cannot connect to \(server): \(Self.words(for: error))")
            result.succeed(end)
            return end
        }
    }
}

extension DeviceClient {
    /// What a person can do something about; anything else as the system tells it.
    private static func words(for error: any Error) -> String {
        switch error {
        case ChannelError.connectTimeout:
            "no answer within \(connectTimeout.nanoseconds / 1_000_000_000) s"
        case let error as NIOConnectionError:
            if let attempt = error.connectionErrors.first {
                words(for: attempt.error)
            } else {
                "nobody knows that name"
            }
        case let error as IOError:
            switch error.errnoCode {
            case ECONNREFUSED: "nothing takes connections there"
            case ENETUNREACH, EHOSTUNREACH: "there is no way to it from here"
            default: "\(error)"
            }
        default: "\(error)"
        }
    }
}

/// How a connection of a ``DeviceClient`` ended.
struct UploadEnd: Sendable {
    var plan: UploadPlan
    var wireError: WireError?
    /// Whether the server had accepted the device and something was stored, or there was nothing to be stored.
    var isProgress: Bool
    var reason: String
}

/// Why a device cannot go on.
public enum DeviceClientError: Error, CustomStringConvertible {
    case refused(WireError)
    case noProgress(String, String)

    public var description: String {
        switch self {
        case .refused(let error): "the server refuses this device: \(error.code.sentence)"
        case .noProgress(let server, let reason):
            "nothing more is getting stored at \(server) (\(reason)): check that the server runs and can be reached; "
                + "what was stored so far is safe"
        }
    }
}
