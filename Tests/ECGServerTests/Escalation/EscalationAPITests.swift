import AsyncHTTPClient
import ECGModel
import ECGServer
import ECGStore
import ECGTriage
import Foundation
import Hummingbird
import HummingbirdTesting
import NIOCore
import NIOHTTP1
import Testing

/// What the console learns of the ladder.
@Suite struct EscalationAPITests {
    private static func application(_ site: LadderSite) -> some ApplicationProtocol {
        let hospital = site.hospital
        let api = HTTPAPI(
            store: hospital.store, feed: hospital.feed, access: hospital.access,
            metrics: ServerMetrics(factory: hospital.exposition), exposition: hospital.exposition,
            escalation: site.escalation, presence: site.presence, metricsNeedToken: false, isEncrypted: false,
            isIngestReady: { true }, now: { hospital.clock.now }, tables: TriageTableBook(own: .countyDefault))
        return Application(
            router: api.router(), server: .http1(configuration: api.channelConfiguration),
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            logger: hospital.log.logger)
    }

    @Test func everybodyWhoWatchesAlertsSeesTheLadderAndNobodyItsSecrets() async throws {
        let port = try UnusedPort.take()
        let site = try LadderSite(
            sinks: LadderSite.webhook("phone", port: port, #", "attempts": 1"#), rungs: [(60, ["console", "phone"])])
        let alert = try await site.hospital.addAlert(1)
        try await site.pass(seconds: 60)
        let technician = try await site.hospital.token("t", .technician)
        let cardiologist = try await site.hospital.token("li", .cardiologist)
        try await Self.application(site).test(.router) { client in
            #expect(try await client.send(.get, "/api/v1/escalation").status == .unauthorized)
            for token in [technician, cardiologist] {
                let answer = try await client.send(.get, "/api/v1/escalation", token: token)
                let document = try answer.decoded(EscalationDocument.self)
                #expect(document.sinks.map(\.name) == ["phone"] && document.sinks[0].undelivered == 1)
                #expect(document.hospitals[0].shifts[0].ladders["high"]?.map(\.who) == ["who-60"])
                #expect(document.hospitals[0].reportWithinMinutes == ["high": 10, "medium": 30, "low": 240])
                #expect(document.policyProblem == nil && document.readers == 0)
                // The test's clock stands at 14:13:20 UTC and has moved by a minute.
                #expect(document.timeZone == "Asia/Shanghai" && document.localTime == "2026-09-21 22:14")
                for hidden in [LadderSite.secret, "secret\"", "/alerts", site.folder.path, "127.0.0.1"] {
                    #expect(!answer.text.contains(hidden), "\(hidden)")
                }
                let detail = try await client.send(.get, "/api/v1/alerts/\(alert.id)", token: token)
                let deliveries = try detail.decoded(AlertDetail.self).deliveries
                #expect(deliveries?.map(\.state) == [.delivered, .undelivered])
                #expect(deliveries?.map(\.attempts) == [1, 1])
            }
        }
        try site.remove()
    }

    /// The mistake is told by its place in the file, which says nothing of who is called where.
    @Test(arguments: [
        #"{"webhook": {"url": "http://pager.example/alerts", "secretFile": "secret"}}"#,
        #"{"webhook": {"url": "https://pager.example/alerts", "secretFile": "pager.example.secret"}}"#,
        #"{"hl7": {"host": "pager.example", "port": 2575}}"#, #"{"command": ["/opt/pager.example/call"]}"#,
        #"{"hl7": {"host": "127.0.0.1", "port": 2575, "tls": true, "authoritiesFile": "pager.example.pem"}}"#,
    ])
    func aMistakeTellsNoAddress(sink: String) async throws {
        let site = try LadderSite(rungs: [(60, ["console"])])
        try Data(#"{"sinks": {"duty": \#(sink)}}"#.utf8).write(
            to: site.folder.appending(path: SettingsFile.fileName))
        site.settings.reload()
        let problem = try #require(try await site.escalation.document().policyProblem)
        #expect(problem.contains("sinks.duty."))
        for hidden in ["pager.example", site.folder.path] { #expect(!problem.contains(hidden), "\(problem)") }
        try site.remove()
    }

    @Test func whoFollowsTheAlertsAndMayHandleThemIsThere() async throws {
        let site = try LadderSite(rungs: [(60, ["console"])])
        let technician = try await site.hospital.token("t", .technician)
        let cardiologist = try await site.hospital.token("li", .cardiologist)
        let user = try #require(try await site.hospital.store.user("li"))
        let program = try await site.hospital.access.issueProgramToken(to: user, expiresAt: nil).token.text
        let alert = try await site.hospital.addAlert(1)
        try await Self.application(site).test(.live) { client async throws in
            let port = try #require(client.port)
            let heard = Mutexed("")
            func follow(_ token: String) -> Task<Void, any Error> {
                Task {
                    var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)/api/v1/alerts/stream")
                    request.headers.add(name: "Authorization", value: "Bearer \(token)")
                    request.headers.add(name: "Last-Event-ID", value: "0")
                    let response = try await HTTPClient.shared.execute(request, timeout: .hours(1))
                    for try await part in response.body { heard.value += String(buffer: part) }
                }
            }
            let feed = Task { [hospital = site.hospital] in try await hospital.feed.run() }
            let bridge = follow(program)
            // Told of the alert, and then of nothing more for a heartbeat.
            try await eventually { heard.value.contains("event: alert") && heard.value.contains("still here") }
            #expect(site.presence.count == 0, "a program is nobody at a screen")
            #expect(try await site.hospital.store.alert(alert.id)?.state == .raised)
            let watching = follow(technician)
            let reading = follow(cardiologist)
            try await eventually { site.presence.count == 1 }
            try await eventually { try await site.hospital.store.alert(alert.id)?.state == .delivered }
            reading.cancel()
            // The server finds out at its next heartbeat.
            try await eventually { site.presence.count == 0 }
            watching.cancel()
            bridge.cancel()
            feed.cancel()
            _ = try await feed.value
        }
        try site.remove()
    }
}
