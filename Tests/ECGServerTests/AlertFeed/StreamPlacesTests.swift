import ECGStore
import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import NIOPosix
import Testing

@testable import ECGServer

@Suite struct StreamPlacesTests {
    private static func code(_ enter: () throws -> StreamPlaces.Place) -> APIError.Code? {
        do {
            _ = try enter()
            return nil
        } catch {
            return (error as? APIError)?.code
        }
    }

    @Test("nobody takes all places for event streams, and each is given back")
    func shares() throws {
        let places = StreamPlaces(limit: 5, userLimit: 2)
        let robot = try (1...2).map { _ in try places.enter(as: "robot") }
        #expect(Self.code { try places.enter(as: "robot") } == .tooManyStreams)
        var others = try ["li", "li", "wang"].map { try places.enter(as: $0) }
        #expect(Self.code { try places.enter(as: "wang") } == .busy)
        // One that ends, however often it says so, and one that was never written.
        robot[0].leave()
        robot[0].leave()
        #expect(Self.code { try places.enter(as: "robot") } == nil, "given back as it is forgotten")
        let again = try places.enter(as: "robot")
        #expect(Self.code { try places.enter(as: "robot") } == .tooManyStreams)
        #expect(Self.code { try places.enter(as: "wang") } == .busy)
        others.removeLast()
        #expect(Self.code { try places.enter(as: "wang") } == nil)
        withExtendedLifetime((robot, again, others)) {}
    }

    /// As many streams as there may be in all, of a technician's token.
    @Test("one user's streams keep nobody else's out")
    func byTheAPI() async throws {
        let hospital = try Hospital()
        let technician = try await hospital.token("t", .technician)
        let li = try await hospital.token("li", .cardiologist)
        try await hospital.open(.live) { client async throws in
            let port = try #require(client.port)
            var refused = 0
            var lines: [Line] = []
            for _ in 0..<HTTPLimits.streamsPerUser + 3 {
                let line = try await Line(port: port, token: technician)
                if line.isRefused { refused += 1 }
                lines.append(line)
            }
            #expect(refused == 3)
            lines.append(try await Line(port: port, token: li))
            #expect(lines.last?.isRefused == false)
            for line in lines { try await line.channel.close() }
        }
    }

    /// A connection by which somebody follows the alerts. A client that shares its connections would wait for one.
    private struct Line {
        let channel: any Channel
        private let answers = Answers()
        var isRefused: Bool { answers.received.value.hasPrefix("HTTP/1.1 429 ") }

        init(port: Int, token: String) async throws {
            channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .channelInitializer { [answers] in $0.pipeline.addHandler(answers) }
                .connect(host: "127.0.0.1", port: port).get()
            try await channel.writeAndFlush(
                ByteBuffer(
                    string: "GET /api/v1/alerts/stream HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(token)\r\n\r\n"))
            try await eventually { [answers] in answers.received.value.contains("\r\n\r\n") }
        }
    }

    private final class Answers: ChannelInboundHandler, Sendable {
        typealias InboundIn = ByteBuffer
        let received = Mutexed("")
        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            received.value += String(buffer: unwrapInboundIn(data))
        }
    }
}
