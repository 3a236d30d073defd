import ECGModel
import ECGStore
import ECGTriage
import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import ECGServer

/// The site's triage tables: kept by versions, checked before they take effect, judged by once in force.
@Suite struct TableTests {
    private static func json(_ table: TriageTable) throws -> String {
        String(decoding: try JSONEncoder().encode(table), as: UTF8.self)
    }

    private struct Listed: Decodable {
        struct Table: Decodable {
            var edition: Int64
            var version: String
            var isInForce: Bool
            var problem: String?
        }
        var tables: [Table]
    }

    @Test func aTableIsCheckedKeptAndPutIntoForce() async throws {
        let hospital = try Hospital()
        let token = try await hospital.token("root", .administrator)
        var edited = TriageTable.countyDefault
        edited.version = "our-county 1"
        let table = edited
        let good = try Self.json(table)
        var wrong = table
        wrong.criticalValues.longRR.duration = 1
        let bad = try Self.json(wrong)
        try await hospital.open { client async throws in
            func send(_ method: HTTPRequest.Method, _ path: String, _ json: String? = nil) async throws -> TestResponse
            {
                try await client.send(method, "/api/v1/tables\(path)", token: token, json: json)
            }
            #expect(try await send(.post, "/check", good).status == .ok)
            // Refused for a name that nobody reads, and for what would raise nothing.
            let mistyped = good.replacing("\"sex\"", with: "\"Sex\"")
            var silent = table
            silent.stElevation.contiguous = []
            var low = table
            low.stElevation.confirmed.priority = .low
            for (json, field) in [
                (mistyped, "stElevation.limits[0].Sex"), (try Self.json(silent), "stElevation.contiguous"),
                (try Self.json(low), "rule stemi"),
            ] {
                let answer = try await send(.post, "/check", json)
                #expect(answer.errorCode == "table-refused" && answer.text.contains(field), "\(answer.text)")
            }
            for refused in [bad, "{}", "["] {
                for path in ["", "/check"] {
                    let answer = try await send(.post, path, refused)
                    #expect(answer.errorCode == "table-refused", "\(answer.text)")
                }
            }
            #expect(try await send(.post, "", good).status == .created)
            #expect(try await send(.post, "", good).errorCode == "exists")
            #expect(try await send(.post, "", try Self.json(.countyDefault)).errorCode == "exists")
            var list: Listed = try await send(.get, "").decoded()
            #expect(list.tables.map(\.version) == ["our-county 1", TriageTable.countyDefault.version])
            #expect(list.tables.map(\.isInForce) == [false, true])
            let kept: TriageTable = try await send(.get, "/1").decoded()
            #expect(kept == table)
            #expect(try await send(.post, "/1/enforce").status == .noContent)
            list = try await send(.get, "").decoded()
            #expect(list.tables.map(\.isInForce) == [true, false])
            #expect(try await send(.post, "/0/enforce").status == .noContent)
            #expect(try await send(.post, "/7/enforce").status == .notFound)
            #expect(try await send(.get, "/7").status == .notFound)
            let large = "\"\(String(repeating: "x", count: HTTPLimits.tableBytes))\""
            let tooLarge = try await send(.post, "/check", large)
            #expect(tooLarge.status == .contentTooLarge)
            #expect(tooLarge.text.contains("larger than \(HTTPLimits.tableBytes) bytes"), "\(tooLarge.text)")
        }
        let noted = try await hospital.store.audit(AuditQuery(action: "table")).map { "\($0.action) \($0.subject)" }
        #expect(
            noted == [
                "table.enforce 0 \(TriageTable.countyDefault.version)", "table.enforce 1 our-county 1",
                "table.add 1 our-county 1",
            ])
    }

    @Test("a table in force that this version cannot read is shown as that, not as the one that judges")
    func unusable() async throws {
        let hospital = try Hospital()
        let token = try await hospital.token("root", .administrator)
        let later = try await hospital.store.addTriageTable(
            version: "of a later version", document: "{}", by: "root", at: hospital.clock.now)
        try await hospital.store.enforceTriageTable(later.edition, at: hospital.clock.now)
        await #expect(throws: (any Error).self) { try await hospital.tables.refresh(from: hospital.store) }
        // Said once; the watch looks every two seconds.
        try await hospital.tables.refresh(from: hospital.store)
        try await hospital.open { client async throws in
            var list: Listed = try await client.send(.get, "/api/v1/tables", token: token).decoded()
            #expect(list.tables.map(\.isInForce) == [false, true])
            #expect(list.tables[0].problem != nil && list.tables[1].problem == nil)
            try await hospital.store.enforceTriageTable(nil, at: hospital.clock.now)
            try await hospital.tables.refresh(from: hospital.store)
            list = try await client.send(.get, "/api/v1/tables", token: token).decoded()
            #expect(list.tables.allSatisfy { $0.problem == nil })
        }
    }

    @Test("a table in force of which more is asked today judges on, and says what is asked")
    func doubtful() async throws {
        let hospital = try Hospital()
        let token = try await hospital.token("root", .administrator)
        var table = TriageTable.countyDefault
        table.version = "our-county 1"
        table.stElevation.contiguous = []
        let earlier = try await hospital.store.addTriageTable(
            version: table.version, document: try Self.json(table), by: "root", at: hospital.clock.now)
        try await hospital.store.enforceTriageTable(earlier.edition, at: hospital.clock.now)
        try await hospital.tables.refresh(from: hospital.store)
        #expect(hospital.tables.current == table)
        try await hospital.open { client async throws in
            let list: Listed = try await client.send(.get, "/api/v1/tables", token: token).decoded()
            #expect(list.tables.map(\.isInForce) == [true, false])
            #expect(list.tables[0].problem?.contains("stElevation.contiguous") == true && list.tables[1].problem == nil)
            let again = try await client.send(
                .post, "/api/v1/tables/\(earlier.edition)/enforce", token: token, json: nil)
            #expect(again.errorCode == "table-refused", "\(again.text)")
        }
    }

    @Test func aRecordingThatBeginsIsJudgedByTheTableInForce() async throws {
        let site = try IngestSite()
        let identity = try await site.addDevice("clinic")
        let server = try await site.start()
        var table = TriageTable.countyDefault
        table.version = "our-county 2"
        let stored = try await site.witness.addTriageTable(
            version: table.version, document: try Self.json(table), by: "root", at: site.clock.now)
        // Another server of the cluster puts it into force.
        try await site.witness.enforceTriageTable(stored.edition, at: site.clock.now)
        try await eventually { site.log.lines.contains { $0.contains("our-county 2") } }
        let recording = try Recording.simulated("anterior-stemi")
        let device = try await server.connect(identity)
        let opened = try await device.open(recording.header)
        try await device.sendBlocks(of: recording, upTo: recording.samples.count, on: opened.channel)
        try await device.close(opened.channel)
        let alert = try await site.onlyAlert(of: recording)
        #expect(alert.finding.rule.tableVersion == "our-county 2")
        try await server.stop()
    }

    @Test func theFirstRecordingAfterAStartIsJudgedByTheTableInForce() async throws {
        let site = try IngestSite()
        let identity = try await site.addDevice("clinic")
        var table = TriageTable.countyDefault
        table.version = "our-county 3"
        let stored = try await site.witness.addTriageTable(
            version: table.version, document: try Self.json(table), by: "root", at: site.clock.now)
        try await site.witness.enforceTriageTable(stored.edition, at: site.clock.now)
        let server = try await site.start()
        let recording = try Recording.simulated("anterior-stemi")
        let device = try await server.connect(identity)
        try await device.upload(recording)
        try await eventually { try await !site.alerts(of: recording.id).isEmpty }
        #expect(try await site.onlyAlert(of: recording).finding.rule.tableVersion == "our-county 3")
        // It held before anything ran: to the watch, which comes after, it is nothing new.
        #expect(!site.log.lines.contains { $0.contains("triage table in force") })
        try await server.stop()
    }
}
