public import ECGModel
public import ECGWire
import NIOCore
import NIOPosix
public import NIOSSL

/// What a device's connection tells whoever watches it.
public enum DeviceReport: Sendable {
    case connected
    case event(DeviceEvent)
    /// The connection is gone; the client tries again after `retryAfter`.
    case disconnected(reason: String, retryAfter: Duration)
}

/// The device's side of the network: connects, proves who it is, carries out an ``UploadPlan``, and connects again after
/// every cut until the plan is finished.
public struct DeviceClient: Sendable {
    private let identity: DeviceIdentity
    private let server: NetworkAddress
    private let tls: NIOSSLContext?
    private let patience: Duration
    private let software: String
    private let now: @Sendable () -> Timestamp

    /// The pauses between attempts: short at first, since most cuts are short, then long enough that a whole county coming
    /// back does not hold its server down.
    private static let firstPause = Duration.milliseconds(200)
    private static let longestPause = Duration.seconds(10)

    /// - Parameters:
    ///   - tls: Nil speaks plain TCP, which a server offers on loopback only.
    ///   - patience: How long to go on trying while nothing more gets stored.
    ///   - software: Name and version of the device's software, for the operator.
    ///   - now: The device's clock.
    public init(
        identity: DeviceIdentity, server: NetworkAddress, tls: NIOSSLContext? = nil,
        patience: Duration = .seconds(300), software: String,
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.identity = identity
        self.server = server
        self.tls = tls
        self.patience = patience
        self.software = software
        self.now = now
    }

    /// Carries the plan out and returns it as it ended.
    ///
    /// - Parameter report: Called on the connection's event loop, in order; must not block.
    /// - Throws: ``DeviceClientError`` when the server refuses the device or nothing more gets stored.
    public func run(
        _ plan: UploadPlan, report: @escaping @Sendable (DeviceReport) -> Void
    ) async throws -> UploadPlan {
        var plan = plan
        var pause = Self.firstPause
        var lastProgress = ContinuousClock.now
        while !plan.isFinished {
            try Task.checkCancellation()
            let storedBefore = plan.storedSamples
            let end = await connect(plan, report: report)
            plan = end.plan
            if plan.isFinished { break }
            if let error = end.wireError, error.code.endsDevice { throw DeviceClientError.refused(error) }
            if plan.storedSamples > storedBefore || (end.wasReady && plan.isWaitingForAnswers) {
                lastProgress = .now
                pause = Self.firstPause
            }
            guard lastProgress.duration(to: .now) < patience else {
                throw DeviceClientError.noProgress(server.description, end.reason)
            }
            report(.disconnected(reason: end.reason, retryAfter: pause))
            try await Task.sleep(for: pause)
            pause = min(pause * 2, Self.longestPause)
            plan.disconnected()
        }
        return plan
    }

    /// One connection, from the first attempt to its end.
    private func connect(
        _ plan: UploadPlan, report: @escaping @Sendable (DeviceReport) -> Void
    ) async -> UploadEnd {
        let bootstrap = ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .connectTimeout(.seconds(10))
        let result = MultiThreadedEventLoopGroup.singleton.next().makePromise(of: UploadEnd.self)
        do {
            let channel = try await bootstrap.channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls {
                        try channel.pipeline.syncOperations.addHandler(
                            NIOSSLClientHandler(context: tls, serverHostname: serverName))
                    }
                    try channel.pipeline.syncOperations.addHandler(
                        UploadHandler(
                            plan: plan, identity: identity, software: software, now: now, report: report, end: result))
                }
            }.connect(host: server.host, port: server.port).get()
            return try await withTaskCancellationHandler {
                try await result.futureResult.get()
            } onCancel: {
                channel.close(promise: nil)
            }
        } catch {
            let end = UploadEnd(
                plan: plan, wireError: nil, wasReady: false, reason: "cannot connect to \(server): \(error)")
            result.succeed(end)
            return end
        }
    }

    /// Certificates name hosts; an address of numbers has no name to be checked (and TLS sends none).
    private var serverName: String? {
        let isNumeric = server.host.contains(":") || server.host.allSatisfy { $0.isNumber || $0 == "." }
        return isNumeric ? nil : server.host
    }
}

/// How a connection of a ``DeviceClient`` ended.
struct UploadEnd: Sendable {
    var plan: UploadPlan
    var wireError: WireError?
    /// Whether the server had accepted the device.
    var wasReady: Bool
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

extension WireError.Code {
    /// Whether trying again with the same device and software is pointless.
    fileprivate var endsDevice: Bool {
        switch self {
        case .authenticationFailed, .deviceRevoked, .unsupportedVersion, .noCommonCodec: true
        default: false
        }
    }
}
