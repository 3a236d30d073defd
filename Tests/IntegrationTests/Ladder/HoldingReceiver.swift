import NIOCore
import NIOPosix
import Synchronization

/// Whoever is told, on loopback: takes messages, and holds its answers back until it is let.
final class HoldingReceiver: Sendable {
    /// What a kind of message looks like on the wire.
    struct Wire: Sendable {
        /// Whether all of a message is there.
        var isWhole: @Sendable (String) -> Bool
        var answer: @Sendable (String) -> String

        /// A POST; the answer takes it.
        static let http = Wire(
            isWhole: { text in
                guard let end = text.firstRange(of: "\r\n\r\n"),
                    let match = text.firstMatch(of: /(?i)content-length: (\d+)/), let length = Int(match.1)
                else { return false }
                return text[end.upperBound...].utf8.count >= length
            }, answer: { _ in "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n" })

        /// HL7 v2 between MLLP's vertical tab and file separator; the answer takes it by its control id, MSH-10.
        static let mllp = Wire(
            isWhole: { $0.hasSuffix("\u{1C}\r") },
            answer: { text in
                let fields = text.split(separator: "|", omittingEmptySubsequences: false)
                return "\u{0B}MSH|^~\\&|HIS||ECGNET||20260101||ACK^R01^ACK|1|P|2.5.1\rMSA|AA|\(fields[9])\r\u{1C}\r"
            })
    }

    private struct State {
        var received: [String] = []
        var answers = false
    }

    private let state: Box
    private let channel: any Channel

    private final class Box: Sendable { let value = Mutex(State()) }

    var port: Int { channel.localAddress?.port ?? 0 }

    /// Whole messages, in the order in which they came.
    var received: [String] { state.value.withLock { $0.received } }

    /// Answers from now on.
    func answerFromNowOn() { state.value.withLock { $0.answers = true } }

    static func start(_ wire: Wire) async throws -> HoldingReceiver {
        let state = Box()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Handler(wire: wire, state: state))
                }
            }.bind(host: "127.0.0.1", port: 0).get()
        return HoldingReceiver(state: state, channel: channel)
    }

    private init(state: Box, channel: any Channel) {
        self.state = state
        self.channel = channel
    }

    func close() async throws { try await channel.close() }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let wire: Wire
        private let state: Box
        private var text = ""

        init(wire: Wire, state: Box) {
            self.wire = wire
            self.state = state
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            text += String(buffer: unwrapInboundIn(data))
            guard wire.isWhole(text) else { return }
            let message = text
            text = ""
            let answers = state.value.withLock { state in
                state.received.append(message)
                return state.answers
            }
            guard answers else { return }
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: wire.answer(message))), promise: nil)
        }
    }
}
