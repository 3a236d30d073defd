import ECGModel
import NIOCore
import NIOPosix
import NIOSSL

/// Sends an HL7 message by the minimal lower layer protocol and waits for its acknowledgement, which has to accept this
/// very message.
struct HL7Sink: Sink {
    let settings: SinkSettings.HL7Receiver
    let timeout: Duration
    let group: any EventLoopGroup
    let now: @Sendable () -> Timestamp

    func send(_ message: EscalationMessage) async throws {
        let hl7 = HL7Message(message, receiver: settings, sentAt: now())
        let answer = try await exchange(hl7.text)
        guard let acknowledgement = HL7Acknowledgement(answer) else {
            throw SinkFailure("the receiver's answer is no HL7 acknowledgement")
        }
        if let objection = acknowledgement.objection(to: hl7) { throw SinkFailure(objection) }
    }

    private func exchange(_ text: String) async throws -> String {
        // Before the promise, which nobody would keep if this failed.
        let tls = try settings.usesTLS ? tlsContext() : nil
        let loop = group.next()
        let answer = loop.makePromise(of: String.self)
        let connecting = ClientBootstrap(group: loop)
            .connectTimeout(TimeAmount(timeout))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls {
                        try channel.pipeline.syncOperations.addHandler(
                            NIOSSLClientHandler(context: tls, serverHostname: tlsName))
                    }
                    try channel.pipeline.syncOperations.addHandler(MLLPExchange(message: text, answer: answer))
                }
            }
            .connect(host: settings.host, port: settings.port)
        connecting.whenFailure { _ in
            answer.fail(SinkFailure("no connection to the receiver", detail: "\(settings.host):\(settings.port)"))
        }
        let deadline = loop.scheduleTask(in: TimeAmount(timeout)) { answer.fail(SinkFailure("no answer in time")) }
        answer.futureResult.whenComplete { _ in
            deadline.cancel()
            connecting.whenSuccess { $0.close(promise: nil) }
        }
        return try await withTaskCancellationHandler {
            try await answer.futureResult.get()
        } onCancel: {
            answer.fail(CancellationError())
        }
    }

    /// A name for the certificate's check; addresses are checked without one.
    private var tlsName: String? {
        (try? SocketAddress(ipAddress: settings.host, port: 0)) == nil ? settings.host : nil
    }

    private func tlsContext() throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        if let file = settings.authoritiesFile {
            configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(file))
        }
        return try NIOSSLContext(configuration: configuration)
    }
}

/// One message out, one answer back: `0x0B … 0x1C 0x0D` around each.
private final class MLLPExchange: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private static let start: UInt8 = 0x0B
    private static let end: [UInt8] = [0x1C, 0x0D]

    private let message: String
    private let answer: EventLoopPromise<String>
    private var received = ByteBuffer()

    init(message: String, answer: EventLoopPromise<String>) {
        self.message = message
        self.answer = answer
    }

    func channelActive(context: ChannelHandlerContext) {
        var frame = ByteBuffer(bytes: [Self.start])
        frame.writeString(message)
        frame.writeBytes(Self.end)
        context.writeAndFlush(wrapOutboundOut(frame), promise: nil)
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        received.writeBuffer(&bytes)
        guard received.readableBytes <= EscalationLimits.acknowledgementBytes else {
            return answer.fail(SinkFailure("the receiver's answer is too long"))
        }
        let view = received.readableBytesView
        guard let first = view.firstIndex(of: Self.start) else { return }
        // The end of a frame is the first 0x1C; what follows it belongs to no answer of ours.
        guard let last = view[first...].firstIndex(of: Self.end[0]) else { return }
        answer.succeed(String(decoding: view[(first + 1)..<last], as: UTF8.self))
    }

    func channelInactive(context: ChannelHandlerContext) {
        answer.fail(SinkFailure("the receiver closed the connection before it acknowledged"))
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        answer.fail(
            SinkFailure(
                error is NIOSSLError || error is NIOSSLExtraError
                    ? "the receiver's certificate cannot be trusted, or it speaks no TLS" : "the connection broke"))
        context.close(promise: nil)
    }
}
