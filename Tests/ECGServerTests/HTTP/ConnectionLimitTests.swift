import ECGServer
import ECGStore
import ECGWire
import Foundation
import NIOCore
import NIOPosix
import Testing

/// Whoever opens connections and leaves them open takes no descriptors from the devices, and keeps no reader out.
@Suite struct ConnectionLimitTests {
    private static let limit = 4

    private final class Answers: ChannelInboundHandler, Sendable {
        typealias InboundIn = ByteBuffer
        let received = Mutexed("")
        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            received.value += String(buffer: unwrapInboundIn(data))
        }
    }

    /// A connection with what has come by it.
    private struct Line {
        let channel: any Channel
        let answers: Answers

        init(to server: NetworkAddress) async throws {
            let answers = Answers()
            self.answers = answers
            channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .channelInitializer { $0.pipeline.addHandler(answers) }
                .connect(host: server.host, port: server.port).get()
        }

        /// Whether it was answered before the server closed the connection.
        func ask(_ path: String = "/healthz", token: String? = nil) async throws -> Bool {
            let before = answers.received.value.count
            let authorization = token.map { "Authorization: Bearer \($0)\r\n" } ?? ""
            do {
                try await channel.writeAndFlush(
                    ByteBuffer(string: "GET \(path) HTTP/1.1\r\nHost: x\r\n\(authorization)\r\n"))
            } catch is ChannelError {
                return false
            } catch is IOError {
                return false
            }
            try await eventually { answers.received.value.count > before || !channel.isActive }
            return answers.received.value.count > before
        }
    }

    /// Comes until it is heard: the server takes connections that come together in any order, and one may have to give way to
    /// those that came shortly before it.
    private static func heard(
        by server: NetworkAddress, asking path: String = "/healthz", token: String? = nil
    ) async throws -> Line {
        while true {
            let line = try await Line(to: server)
            if try await line.ask(path, token: token) { return line }
        }
    }

    @Test func whoHasSignedInStaysAndStrangersGiveWay() async throws {
        let site = try IngestSite()
        // Nobody is closed for asking nothing: only for the room.
        let server = try await RunningServer(site, httpConnections: Self.limit)
        let access = AccessControl(
            store: site.witness, hasher: PasswordHasher(cost: Hospital.cost), now: { site.clock.now })
        let user = try await access.accounts.add(
            name: "li", role: .cardiologist, password: Hospital.passphrase, at: site.clock.now)
        let token = try await access.issueProgramToken(to: user, expiresAt: nil).token.text

        // All places are taken by somebody who asks for nothing.
        var idle: [Line] = []
        for _ in 0..<Self.limit { idle.append(try await Line(to: server.api)) }
        let reader = try await Self.heard(by: server.api, asking: "/api/v1/me", token: token)
        #expect(reader.answers.received.value.contains("200 OK"))
        // Many more come; the reader stays, and whoever is newest is heard.
        for _ in 0..<3 * Self.limit { idle.append(try await Line(to: server.api)) }
        let newest = try await Self.heard(by: server.api)
        #expect(newest.answers.received.value.contains("200 OK"))
        #expect(try await reader.ask("/api/v1/me", token: token))
        #expect(reader.channel.isActive)
        try await eventually { (idle + [newest]).count { $0.channel.isActive } < Self.limit }
        for line in idle + [reader, newest] { line.channel.close(promise: nil) }
        try await server.stop()
    }

    @Test func whoAsksForNothingIsClosedInItsTime() async throws {
        let site = try IngestSite()
        let server = try await RunningServer(site, firstRequestSeconds: 1)
        let idle = try await Line(to: server.api)
        try await idle.channel.closeFuture.get()
        try await server.stop()
    }

    @Test("a network has its share of connections that nobody has signed in by, the oldest go first")
    func shares() {
        var book = ConnectionBook<Int, String>(limit: 10, share: 3, userShare: 10)
        func open(_ ids: ClosedRange<Int>, from network: String?) -> [Int?] {
            ids.map { book.open($0, from: network) }
        }
        #expect(open(1...4, from: "a") == [nil, nil, nil, 1])
        book.prove(2, by: "li")
        #expect(open(5...6, from: "a") == [nil, 3], "2 does not count any more")
        #expect(open(11...13, from: "b") == [nil, nil, nil])
        // With the last of them ten are there: 2, 4, 5, 6, 11, 12, 13, 21, 22, 23.
        #expect(open(21...24, from: nil) == [nil, nil, nil, 4], "the oldest of all, but for 2")
        book.close(22)
        #expect(open(25...25, from: nil) == [nil])
        for id in [5, 6, 11, 12, 13, 21, 23, 24, 25] { book.prove(id, by: "li") }
        #expect(open(26...26, from: "c") == [26], "there is no room that a stranger could leave")
        book.close(5)
        #expect(open(27...27, from: "c") == [nil])
    }

    @Test("a user has a share of connections that stay; what they have beyond it gives way like a stranger's")
    func userShares() {
        var book = ConnectionBook<Int, String>(limit: 6, share: 6, userShare: 3)
        for id in 1...5 {
            #expect(book.open(id, from: "a") == nil)
            book.prove(id, by: "robot")
        }
        #expect(book.open(6, from: "a") == nil)
        book.prove(6, by: "li")
        // Another of the first three would have left no room for anybody.
        #expect(book.open(7, from: "a") == 4)
        #expect(book.open(8, from: "a") == 5)
        #expect(book.open(9, from: "a") == 7, "1, 2, 3 and 6 stay")
        book.close(1)
        book.close(9)
        #expect(book.open(10, from: "a") == nil)
        book.prove(10, by: "robot")
        #expect(book.open(11, from: "a") == nil)
        #expect(book.open(12, from: "a") == 8, "10 has the place that 1 left")
    }
}
