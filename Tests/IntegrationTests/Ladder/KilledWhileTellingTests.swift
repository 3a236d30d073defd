import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Testing

/// The ladder's messages when the server is killed in the middle of them.
@Suite("A server that is killed while it tells somebody tells them again")
struct KilledWhileTellingTests {
    @Test("a webhook and HL7, sent and not answered: after the restart both arrive, under the keys they had")
    func killedBeforeTheAnswer() async throws {
        let web = try await HoldingReceiver.start(.http)
        let his = try await HoldingReceiver.start(.mllp)
        let server = try await RunningServer.start()
        let secret = "\(server.data)/phone.secret"
        try Data("a secret that is long enough".utf8).write(to: URL(filePath: secret))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: secret)
        // An attempt counts as lost 15 s after its time.
        try Data(
            """
            {"sinks": {
               "phone": {"webhook": {"url": "http://127.0.0.1:\(web.port)/", "secretFile": "phone.secret"}, "timeoutSeconds": 2},
               "his": {"hl7": {"host": "127.0.0.1", "port": \(his.port)}, "timeoutSeconds": 2}},
             "hospitals": [{"name": "County", "shifts": [
               {"high": [{"afterSeconds": 0, "who": "Night duty", "sinks": ["phone", "his"]}]}]}]}
            """.utf8
        ).write(to: URL(filePath: "\(server.data)/escalation.json"))
        _ = await server.stop()
        try await server.startAgain()
        let device = try await server.replay(MainJobTests.infarct, "--speed", "max")
        try await until { !web.received.isEmpty && !his.received.isEmpty }
        await server.killAtOnce()

        let before = (web.received, his.received)
        web.answerFromNowOn()
        his.answerFromNowOn()
        try await server.startAgain()
        #expect(await device.outcome().status == 0)
        let alert = try await server.onlyAlert()
        try await until {
            try await Self.events(of: alert.id, at: server).count { $0 == "told" } == 2
        }
        let keys = (web.received.compactMap(Self.key), his.received.compactMap(Self.controlID))
        #expect(web.received.count > before.0.count && Set(keys.0).count == 1)
        #expect(his.received.count > before.1.count && Set(keys.1).count == 1)
        #expect(keys.0.count == web.received.count && keys.1.count == his.received.count)
        // The rung was climbed once: its key, its events.
        #expect(try await Self.events(of: alert.id, at: server).count { $0 == "escalated" } == 1)
        try await server.tearDown()
        try await web.close()
        try await his.close()
    }

    private func until(_ condition: () async throws -> Bool) async throws {
        while try await !condition() { try await Task.sleep(for: .milliseconds(50)) }
    }

    private static func key(_ message: String) -> String? {
        message.firstMatch(of: /(?i)webhook-id: (\w+)/).map { String($0.1) }
    }

    private static func controlID(_ message: String) -> String? {
        let fields = message.split(separator: "|", omittingEmptySubsequences: false)
        return fields.count > 9 ? String(fields[9]) : nil
    }

    private struct History: Decodable {
        struct Event: Decodable { var kind: String }
        var events: [Event]
    }

    private static func events(of alert: String, at server: RunningServer) async throws -> [String] {
        var request = HTTPClientRequest(url: "http://\(server.http)/api/v1/alerts/\(alert)")
        request.headers.add(name: "Authorization", value: "Bearer \(server.readerToken)")
        let response = try await HTTPClient.shared.execute(request, timeout: .minutes(5))
        let bytes = try await response.body.collect(upTo: 1 << 20)
        return try JSONDecoder().decode(History.self, from: Data(bytes.readableBytesView)).events.map(\.kind)
    }
}
