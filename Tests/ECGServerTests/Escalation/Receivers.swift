import ECGModel
import ECGServer
import Foundation
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
    private let channel: any NIOCore.Channel

    var received: [Received] { log.value }

    /// - Parameter tls: Certificate and key; plain without.
    static func start(_ answers: Answer..., tls: ECGServer.ServerConfiguration.TLS? = nil) async throws
        -> WebhookReceiver
    {
        let script = Script(answers)
        let log = Mutexed<[Received]>([])
        let channel = try await ReceiverSocket.bind(tls: tls) { Handler(script: script, log: log) }
        return WebhookReceiver(port: channel.localAddress?.port ?? 0, script: script, log: log, channel: channel)
    }

    private init(port: Int, script: Script<Answer>, log: Mutexed<[Received]>, channel: any NIOCore.Channel) {
        self.port = port
        self.script = script
        self.log = log
        self.channel = channel
    }

    deinit { channel.close(promise: nil) }

    /// Takes POST requests to `/alerts` with a length.
    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        let script: Script<Answer>
        let log: Mutexed<[Received]>
        var bytes: [UInt8] = []

        init(script: Script<Answer>, log: Mutexed<[Received]>) {
            self.script = script
            self.log = log
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            bytes += Array(unwrapInboundIn(data).readableBytesView)
            guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return }
            let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
            var headers: [String: String] = [:]
            for line in lines.dropFirst() {
                guard let colon = line.firstIndex(of: ":") else { continue }
                headers[line[..<colon].lowercased()] = line[colon...].dropFirst().trimmingCharacters(in: .whitespaces)
            }
            guard let length = headers["content-length"].flatMap({ Int($0) }), lines[0].hasPrefix("POST /alerts ")
            else {
                return answer("400 Bad Request", context)
            }
            let body = bytes[end.upperBound...]
            guard body.count >= length else { return }
            bytes = Array(body.dropFirst(length))
            log.value.append(
                Received(
                    key: headers["webhook-id"] ?? "", time: headers["webhook-timestamp"] ?? "",
                    signature: headers["webhook-signature"] ?? "", idempotencyKey: headers["idempotency-key"] ?? "",
                    body: Array(body.prefix(length))))
            switch script.next() {
            case .status(let code): answer("\(code) Answer", context)
            case .silence: break
            }
        }

        private func answer(_ status: String, _ context: ChannelHandlerContext) {
            let words = status.hasPrefix("204") ? "" : "RECEIVERS-WORDS"
            let length = words.isEmpty ? "" : "content-length: \(words.utf8.count)\r\n"
            let text = "HTTP/1.1 \(status)\r\nlocation: /alerts\r\n\(length)\r\n\(words)"
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
        }
    }
}

/// Receivers answer on loops of their own: what they say does not wait for the tests.
private enum ReceiverSocket {
    static func bind(
        tls: ECGServer.ServerConfiguration.TLS?, handler: @escaping @Sendable () -> some ChannelInboundHandler
    ) async throws -> any NIOCore.Channel {
        let context = try tls.map { try NIOSSLContext(configuration: $0.serverConfiguration) }
        return try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let context {
                        try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
                    }
                    try channel.pipeline.syncOperations.addHandler(handler())
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
    }
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
        let channel = try await ReceiverSocket.bind(tls: tls) { Handler(script: script, log: log) }
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
