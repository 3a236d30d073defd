import ECGServer
import ECGWire
import Foundation
import NIOCore
import NIOPosix
import Testing

/// Whoever opens connections and leaves them open takes no descriptors from the devices.
@Suite struct ConnectionLimitTests {
    private static let limit = 4

    private final class Answers: ChannelInboundHandler, Sendable {
        typealias InboundIn = ByteBuffer
        let received = Mutexed(0)
        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            received.value += unwrapInboundIn(data).readableBytes
        }
    }

    private static func connect(to server: NetworkAddress, _ answers: Answers) async throws -> any Channel {
        try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .channelInitializer { $0.pipeline.addHandler(answers) }
            .connect(host: server.host, port: server.port).get()
    }

    private static func ask(_ channel: any Channel, _ answers: Answers) async throws {
        let before = answers.received.value
        try await channel.writeAndFlush(ByteBuffer(string: "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"))
        try await eventually { answers.received.value > before }
    }

    @Test func oneTooManyWaitsUntilAnotherEnds() async throws {
        let site = try IngestSite()
        let server = try await RunningServer(site, busyTimeout: .seconds(5), httpConnections: Self.limit)
        let answers = Answers()
        var connections: [any Channel] = []
        for _ in 0..<Self.limit {
            connections.append(try await Self.connect(to: server.api, answers))
        }
        // The last one that is taken answers: so all before it are taken too.
        try await Self.ask(connections[connections.count - 1], answers)
        let waiting = Answers()
        let last = try await Self.connect(to: server.api, waiting)
        try await last.writeAndFlush(ByteBuffer(string: "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"))
        for _ in 1...5 { try await Self.ask(connections[0], answers) }
        #expect(waiting.received.value == 0)
        try await connections[1].close()
        try await eventually { waiting.received.value > 0 }
        for connection in connections + [last] where connection.isActive { try await connection.close() }
        try await server.stop()
    }
}
