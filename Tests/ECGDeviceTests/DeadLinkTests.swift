import ECGDevice
import ECGModel
import ECGWire
import Foundation
import NIOCore
import NIOPosix
import Testing

@Suite("A connection that is taken for dead leaves nothing behind")
struct DeadLinkTests {
    /// Takes connections and never says a word.
    private final class Silence: ChannelInboundHandler, Sendable {
        typealias InboundIn = ByteBuffer
        private let end: EventLoopPromise<Bool>

        /// - Parameter end: whether the connection ended by a reset.
        init(end: EventLoopPromise<Bool>) { self.end = end }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            end.succeed((error as? IOError)?.errnoCode == ECONNRESET)
            context.close(promise: nil)
        }
        func channelInactive(context: ChannelHandlerContext) { end.succeed(false) }
    }

    /// What the system would still send could reach the server after the next connection has taken its place.
    @Test func itIsReset() async throws {
        let folder = Folder()
        let end = MultiThreadedEventLoopGroup.singleton.next().makePromise(of: Bool.self)
        let listener = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .childChannelInitializer { $0.pipeline.addHandler(Silence(end: end)) }
            .bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(listener.localAddress?.port)
        let outbox = try Outbox(folder: folder.path)
        let client = DeviceClient(
            identity: .generate(id: "known"), server: NetworkAddress(host: "127.0.0.1", port: port), outbox: outbox,
            software: "test", now: { Timestamp(microsecondsSince1970: 0) })
        let device = Task { try await client.run { _ in } }
        #expect(try await end.futureResult.get())
        device.cancel()
        _ = await device.result
        try await listener.close()
    }
}
