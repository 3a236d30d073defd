import ECGModel
import ECGServer
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import Logging
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// How a receiver answers: the answers in turn, the last one for good.
final class Script<Answer: Sendable>: Sendable {
    private let answers: Mutex<[Answer]>
    init(_ answers: [Answer]) { self.answers = Mutex(answers) }
    func next() -> Answer { answers.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] } }
    func replace(_ fresh: Answer...) { answers.withLock { $0 = fresh } }
}

/// Whoever the webhooks call, on loopback.
final class WebhookReceiver: Sendable {
    struct Received: Sendable {
        var key: String
        var time: String
        var signature: String
        var idempotencyKey: String
        var body: [UInt8]

        var message: EscalationMessage {
            get throws { try JSONDecoder().decode(EscalationMessage.self, from: Data(body)) }
        }
    }

    enum Answer: Sendable {
        case status(Int)
        case silence
    }

    let port: Int
    let script: Script<Answer>
    private let log: Mutexed<[Received]>
    private let task: Task<Void, any Error>

    var received: [Received] { log.value }

    /// - Parameter tls: Certificate and key; plain without.
    static func start(_ answers: Answer..., tls: ECGServer.ServerConfiguration.TLS? = nil) async throws
        -> WebhookReceiver
    {
        let script = Script(answers)
        let log = Mutexed<[Received]>([])
        let router = Router()
        router.post("alerts") { request, _ -> Response in
            func header(_ name: String) -> String {
                request.headers.first { $0.name.rawName.lowercased() == name }?.value ?? ""
            }
            let body = try await request.body.collect(upTo: 1 << 20)
            log.value.append(
                Received(
                    key: header("webhook-id"), time: header("webhook-timestamp"),
                    signature: header("webhook-signature"), idempotencyKey: header("idempotency-key"),
                    body: Array(body.readableBytesView)))
            switch script.next() {
            case .status(let code):
                return Response(
                    status: .init(code: code), headers: [.location: "/alerts"],
                    body: .init(byteBuffer: ByteBuffer(string: "RECEIVERS-WORDS")))
            case .silence:
                try await Task.sleep(for: .seconds(600))
                return Response(status: .ok)
            }
        }
        var server = HTTPServerBuilder.http1()
        if let tls {
            server = try .tls(.http1(), tlsConfiguration: tls.serverConfiguration)
        }
        let (ports, port) = AsyncStream<Int>.makeStream()
        var logger = Logger(label: "receiver")
        logger.logLevel = .critical
        let application = Application(
            router: router, server: server, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in port.yield(channel.localAddress?.port ?? 0) }, logger: logger)
        let task = Task { try await application.run() }
        for await bound in ports { return WebhookReceiver(port: bound, script: script, log: log, task: task) }
        throw CancellationError()
    }

    private init(port: Int, script: Script<Answer>, log: Mutexed<[Received]>, task: Task<Void, any Error>) {
        self.port = port
        self.script = script
        self.log = log
        self.task = task
    }

    deinit { task.cancel() }
}

/// A hospital's system that takes HL7 by MLLP, on loopback.
final class HL7Receiver: Sendable {
    enum Answer: Sendable {
        /// MSA-1 as given, for the message's own control id.
        case code(String)
        case anotherMessage
        case nonsense
        case hangUp
        case silence
    }

    let port: Int
    let script: Script<Answer>
    private let log: Mutexed<[String]>
    private let channel: any NIOCore.Channel

    var received: [String] { log.value }

    static func start(_ answers: Answer..., tls: ECGServer.ServerConfiguration.TLS? = nil) async throws -> HL7Receiver {
        let script = Script(answers)
        let log = Mutexed<[String]>([])
        let context = try tls.map { try NIOSSLContext(configuration: $0.serverConfiguration) }
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let context {
                        try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
                    }
                    try channel.pipeline.syncOperations.addHandler(Handler(script: script, log: log))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return HL7Receiver(port: channel.localAddress?.port ?? 0, script: script, log: log, channel: channel)
    }

    private init(port: Int, script: Script<Answer>, log: Mutexed<[String]>, channel: any NIOCore.Channel) {
        self.port = port
        self.script = script
        self.log = log
        self.channel = channel
    }

    deinit { channel.close(promise: nil) }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        let script: Script<Answer>
        let log: Mutexed<[String]>
        var text = ""

        init(script: Script<Answer>, log: Mutexed<[String]>) {
            self.script = script
            self.log = log
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            text += String(buffer: unwrapInboundIn(data))
            guard text.hasPrefix("\u{0B}"), text.hasSuffix("\u{1C}\r") else { return }
            let message = String(text.dropFirst().dropLast(2))
            text = ""
            log.value.append(message)
            let id = message.split(separator: "|", omittingEmptySubsequences: false)[9]
            switch script.next() {
            case .code(let code): answer("MSH|^~\\&|HIS|||||| ACK\rMSA|\(code)|\(id)\r", context)
            case .anotherMessage: answer("MSH|^~\\&|HIS\rMSA|AA|other\r", context)
            case .nonsense: answer("hello", context)
            case .hangUp: context.close(promise: nil)
            case .silence: break
            }
        }

        private func answer(_ text: String, _ context: ChannelHandlerContext) {
            // In two pieces, as networks do.
            let bytes = Array("\u{0B}\(text)\u{1C}\r".utf8)
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes.prefix(9))), promise: nil)
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes.dropFirst(9))), promise: nil)
        }
    }
}

extension ECGServer.ServerConfiguration.TLS {
    /// What a receiver shows with these files.
    fileprivate var serverConfiguration: TLSConfiguration {
        get throws {
            .makeServerConfiguration(
                certificateChain: try NIOSSLCertificate.fromPEMFile(certificateFile).map { .certificate($0) },
                privateKey: .privateKey(try NIOSSLPrivateKey(file: privateKeyFile, format: .pem)))
        }
    }
}
