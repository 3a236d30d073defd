import AsyncHTTPClient
import ECGModel
import ECGServer
import ECGStore
import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import NIOHTTP1
import Testing

/// The event stream as a browser reads it, over a socket.
@Suite struct AlertStreamTests {
    struct Message: Decodable {
        var event: AlertEvent
        var alert: Alert
    }

    /// Reads a stream until `isLast` says so; gives every message with its id.
    private static func messages(
        port: Int, token: String, after id: Int64?, until isLast: (Message) -> Bool,
        opened: () async throws -> Void = {}
    ) async throws -> [(id: Int64, message: Message)] {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)/api/v1/alerts/stream")
        request.headers.add(name: "Authorization", value: "Bearer \(token)")
        if let id { request.headers.add(name: "Last-Event-ID", value: "\(id)") }
        let response = try await HTTPClient.shared.execute(request, timeout: .hours(1))
        #expect(response.status == .ok)
        #expect(response.headers.first(name: "Content-Type") == "text/event-stream")
        try await opened()
        var text = ""
        var messages: [(id: Int64, message: Message)] = []
        for try await chunk in response.body {
            text += String(buffer: chunk)
            while let end = text.range(of: "\n\n") {
                let block = text[..<end.lowerBound]
                text.removeSubrange(..<end.upperBound)
                guard !block.hasPrefix(":") else { continue }
                let lines = block.split(separator: "\n")
                try #require(lines.count == 3 && lines[0] == "event: alert")
                let number = try #require(Int64(lines[1].dropFirst("id: ".count)))
                let message = try JSONDecoder().decode(
                    Message.self, from: Data(lines[2].dropFirst("data: ".count).utf8))
                #expect(message.event.sequence == number)
                messages.append((number, message))
                if isLast(message) { return messages }
            }
        }
        return messages
    }

    @Test func aReaderThatComesBackMissesNothingAndGetsNothingTwice() async throws {
        let hospital = try Hospital()
        // A technician's stream changes nothing, so the events are the ones that the test makes.
        let token = try await hospital.token("t", .technician)
        let first = try await hospital.addAlert(1)
        try await hospital.open(.live) { client async throws in
            let port = try #require(client.port)
            var all = try await Self.messages(
                port: port, token: token, after: 0, until: { $0.event.alert == first.id })
            for number in 2...6 as ClosedRange<UInt64> {
                // While nobody listens.
                let alert = try await hospital.addAlert(number)
                _ = try await hospital.store.advanceAlert(
                    alert.id, by: .seen, user: "dr.li", at: hospital.clock.now)
                // Broken off in the middle of what there is.
                all += try await Self.messages(port: port, token: token, after: all.last?.id, until: { _ in true })
            }
            let last = try await hospital.store.latestAlertEvent()
            all += try await Self.messages(
                port: port, token: token, after: all.last?.id, until: { $0.event.sequence == last })
            let stored = try await hospital.store.alertEvents(after: 0, limit: 1000).map(\.sequence)
            #expect(all.map(\.id) == stored)
        }
    }

    @Test func anAlertOnAReadersScreenIsDeliveredOnce() async throws {
        let hospital = try Hospital()
        let li = try await hospital.token("dr.li", .cardiologist)
        let wang = try await hospital.token("dr.wang", .cardiologist)
        let alert = try await hospital.addAlert(1)
        try await hospital.open(.live) { client async throws in
            let port = try #require(client.port)
            try await withThrowingTaskGroup(of: [AlertEvent.Kind].self) { group in
                for token in [li, wang, li] {
                    group.addTask {
                        try await Self.messages(
                            port: port, token: token, after: 0, until: { $0.event.kind == .delivered }
                        ).map(\.message.event.kind)
                    }
                }
                for try await kinds in group { #expect(kinds == [.raised, .delivered]) }
            }
        }
        let events = try await hospital.store.alertEvents(of: alert.id)
        #expect(events.map(\.kind) == [.raised, .delivered])
        #expect(try await hospital.store.alert(alert.id)?.state == .delivered)
    }

    @Test func withoutAnIDTheStreamBeginsNow() async throws {
        let hospital = try Hospital()
        let token = try await hospital.token("t", .technician)
        _ = try await hospital.addAlert(1)
        try await hospital.open(.live) { client async throws in
            let port = try #require(client.port)
            let messages = try await Self.messages(
                port: port, token: token, after: nil, until: { _ in true },
                opened: { _ = try await hospital.addAlert(2) })
            #expect(messages.map(\.id) == [2])
        }
    }

    @Test func aStreamEndsWithItsSession() async throws {
        let hospital = try Hospital()
        let token = try await hospital.token("t", .technician)
        try await hospital.open(.live) { client async throws in
            let port = try #require(client.port)
            let messages = try await Self.messages(
                port: port, token: token, after: nil, until: { _ in false },
                opened: {
                    try await hospital.access.revoke(try #require(BearerToken(token)))
                    _ = try await hospital.addAlert(1)
                })
            #expect(messages.isEmpty)
        }
    }

    @Test func aStreamDoesNotHoldUpTheServersEnd() async throws {
        let hospital = try Hospital()
        let token = try await hospital.token("t", .technician)
        let (opened, open) = AsyncStream<Void>.makeStream()
        // The application stops, as services do, before the feed that it rests on.
        let reader = try await hospital.open(.live) { client async throws in
            let port = try #require(client.port)
            let reader = Task {
                try await Self.messages(
                    port: port, token: token, after: nil, until: { _ in false }, opened: { open.yield() }
                ).count
            }
            for await _ in opened { break }
            return reader
        }
        #expect(try await reader.value == 0)
    }

    @Test func aStrangeIDIsRefused() async throws {
        let hospital = try Hospital()
        let token = try await hospital.token("t", .technician)
        try await hospital.open { client async throws in
            for id in ["x", "-1", "1.5"] {
                let answer = try await client.send(
                    .get, "/api/v1/alerts/stream?lastEventID=\(id)", token: token)
                #expect(answer.status == .badRequest)
            }
        }
    }
}
