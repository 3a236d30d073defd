import ECGModel
import ECGServer
import ECGStore
import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

/// The site's settings by the API: checked, kept by versions, in force at once, without what only the server may know.
@Suite struct SettingsTests {
    private struct Shown: Decodable {
        struct Version: Decodable {
            var edition: Int64
            var changedBy: String?
            var copyOf: Int64?
        }
        struct Sink: Decodable { var name: String, kind: String, content: String }
        struct Rung: Codable { var afterSeconds: Int, who: String, sinks: [String] }
        struct Shift: Codable { var high: [Rung], medium: [Rung]? }
        struct Place: Codable { var name: String, shifts: [Shift], reportWithinMinutes: [String: Int] }
        struct Settings: Codable {
            var timeZone: String
            var hospitals: [Place]
            var nobodyThere: [Rung]
            var secondSignature: Bool
            var undoSeconds: Int
            var deviceSilentAfterHours: Int
        }
        var edition: Int64
        var settings: Settings
        var localTime: String
        var sinks: [Sink]
        var problem: String?
        var versions: [Version]
    }
    private struct Edition: Decodable { var edition: Int64 }
    private static let secret = "SECRET-OF-THE-WEBHOOK-0123456789"

    /// The API as an administrator uses it.
    private struct Desk {
        let client: any TestClientProtocol
        let token: String

        func send(_ method: HTTPRequest.Method, _ path: String, _ json: String? = nil) async throws -> TestResponse {
            try await client.send(method, "/api/v1/settings\(path)", token: token, json: json)
        }
        func shown() async throws -> Shown { try await send(.get, "").decoded() }
        func change(_ settings: Shown.Settings, after edition: Int64) async throws -> TestResponse {
            try await send(.post, "", #"{"edition": \#(edition), "settings": \#(try Self.json(settings))}"#)
        }
        func check(_ settings: String) async throws -> TestResponse {
            try await send(.post, "/check", #"{"settings": \#(settings)}"#)
        }
        static func json(_ settings: Shown.Settings) throws -> String {
            String(decoding: try JSONEncoder().encode(settings), as: UTF8.self)
        }
    }

    private static func write(_ text: String, to file: URL) throws {
        try Data(text.utf8).write(to: file)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
    }

    private static func open(_ test: @Sendable @escaping (Hospital, Desk) async throws -> Void) async throws {
        let hospital = try Hospital()
        let token = try await hospital.token("root", .administrator)
        try await hospital.open { client async throws in try await test(hospital, Desk(client: client, token: token)) }
    }

    private static func audit(_ hospital: Hospital) async throws -> [String] {
        try await hospital.store.audit(AuditQuery(action: "settings")).reversed()
            .map { "\($0.actor) \($0.action) \($0.subject)" }
    }

    @Test func aChangeHoldsAtOnceAndAnOlderVersionComesBack() async throws {
        try await Self.open { hospital, desk in
            let first = try await desk.shown()
            #expect(first.edition == 1 && first.versions.map(\.changedBy) == [nil] && first.problem == nil)
            #expect(!first.settings.secondSignature && first.settings.timeZone == "Asia/Shanghai")
            var changed = first.settings
            changed.secondSignature = true
            changed.timeZone = "Asia/Urumqi"
            changed.deviceSilentAfterHours = 48
            changed.hospitals[0].shifts[0].high[0].afterSeconds = 45
            let answer = try await desk.change(changed, after: 1)
            #expect(answer.status == .created, "\(answer.text)")
            #expect(try answer.decoded(Edition.self).edition == 2)
            // Urumqi is two hours behind.
            #expect(first.localTime == "2026-09-21 22:13")
            #expect(try await desk.shown().localTime == "2026-09-21 20:13")

            // It holds for the ladder, reports, figures and the network, and stands in the file.
            let ladder = hospital.settings.settings.ladder
            #expect(
                ladder.timeZone == "Asia/Urumqi" && ladder.hospitals[0].shifts[0].ladders[.high]?[0].afterSeconds == 45)
            let alert = try await hospital.addAlert(1)
            let reader = try await hospital.token("li", .cardiologist)
            let report = try await desk.client.send(
                .post, "/api/v1/alerts/\(alert.id)/report", token: reader, json: #"{"text": "STEMI"}"#)
            #expect(try report.decoded(Alert.self).state != .reported)
            let figures = try await desk.client.send(.get, "/api/v1/figures", token: reader)
            #expect(figures.text.contains(#""timeZone":"Asia/Urumqi""#))
            let network = try await desk.client.send(.get, "/api/v1/network", token: reader)
            #expect(network.text.contains(#""silentAfterHours":48"#))
            let again = try SettingsFile(dataFolder: hospital.directory.path, logger: hospital.log.logger)
            #expect(again.settings == hospital.settings.settings && again.problem == nil)

            // The same again is no version.
            #expect(try await desk.change(changed, after: 2).decoded(Edition.self).edition == 2)
            // Who began with an older one is told, and changes nothing.
            #expect(try await desk.change(first.settings, after: 1).errorCode == "settings-changed")
            #expect(try await desk.send(.post, "/1/restore", #"{"edition": 1}"#).errorCode == "settings-changed")
            #expect(hospital.settings.settings.reporting.secondSignature)
            #expect(try await desk.send(.post, "/1/restore", #"{"edition": 2}"#).status == .created)
            #expect(!hospital.settings.settings.reporting.secondSignature)
            let last = try await desk.shown()
            #expect(last.edition == 3 && last.versions.map(\.edition) == [3, 2, 1])
            #expect(
                last.versions.map(\.changedBy) == ["root", "root", nil] && last.versions.map(\.copyOf) == [1, nil, nil])
            #expect(try await desk.send(.get, "/2").text.contains("Urumqi"))
            #expect(try await desk.send(.get, "/9").status == .notFound)
            #expect(try await Self.audit(hospital) == ["root settings.change 2", "root settings.restore 3 from 1"])
        }
    }

    @Test func aMistakeIsNamedWithItsPlaceAndChangesNothing() async throws {
        try await Self.open { hospital, desk in
            let first = try await desk.shown()
            var wrong = first.settings
            wrong.hospitals[0].shifts[0].high[1].afterSeconds = 5
            var elsewhere = first.settings
            elsewhere.hospitals[0].shifts[0].high[0].sinks = ["pager"]
            for (settings, expected) in [
                (wrong, "hospitals[0].shifts[0].high: afterSeconds has to rise"),
                (elsewhere, "hospitals[0].shifts[0].high[0].sinks[0]: there is no sink 'pager'"),
            ] {
                for answer in [try await desk.check(Desk.json(settings)), try await desk.change(settings, after: 1)] {
                    #expect(answer.errorCode == "settings-refused" && answer.text.contains(expected), "\(answer.text)")
                }
            }
            for (settings, expected) in [
                (#"{"undoSeconds": 601}"#, "undoSeconds: has to be a whole number from 0 to 600"),
                (#"{"deviceSilentAfterHours": 0}"#, "deviceSilentAfterHours: has to be"),
                (#"{"secondSignature": "yes"}"#, "secondSignature: has to be true or false"),
                (#"{"second": true}"#, "there is no setting 'second' here"),
                ("[]", "has to be an object"), ("7", "has to be an object"),
                // Somebody with a stolen session must not make the server run programs or send to strangers.
                (#"{"sinks": {"x": {"command": ["/bin/true"]}}}"#, "sinks: these are set in escalation.json"),
                (#"{"sinks": null}"#, "sinks: these are set in escalation.json"),
            ] {
                let answer = try await desk.check(settings)
                #expect(answer.errorCode == "settings-refused" && answer.text.contains(expected), "\(answer.text)")
            }
            #expect(try await desk.check("{}").status == .noContent)
            #expect(try await desk.shown().versions.count == 1)
            let file = hospital.directory.appending(path: SettingsFile.fileName).path
            #expect(!FileManager.default.fileExists(atPath: file))
            #expect(try await Self.audit(hospital).isEmpty)
        }
    }

    @Test func sinksStayInTheFileAndAreShownToNobody() async throws {
        try await Self.open { hospital, desk in
            let file = hospital.directory.appending(path: SettingsFile.fileName)
            try Self.write(Self.secret, to: hospital.directory.appending(path: "phone.secret"))
            try Self.write(
                """
                {"sinks": {"phone": {"webhook": {"url": "https://pager.example/T0KEN", "secretFile": "phone.secret"}},
                           "siren": {"command": ["/bin/true", "ARGUMENT"], "content": "clinical"}}}
                """, to: file)
            let shown = try await desk.shown()
            #expect(
                shown.sinks.map(\.name) == ["phone", "siren"] && shown.sinks.map(\.kind) == ["webhook", "command"])
            #expect(shown.sinks.map(\.content) == ["minimal", "clinical"])
            var changed = shown.settings
            changed.hospitals[0].shifts[0].high[0].sinks = ["console", "phone"]
            #expect(try await desk.change(changed, after: shown.edition).status == .created)
            let written = try String(contentsOf: file, encoding: .utf8)
            #expect(written.contains("https://pager.example/T0KEN") && written.contains("ARGUMENT"))
            let permissions = try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int
            #expect(permissions == 0o600)
            #expect(hospital.settings.settings.ladder.sinks["phone"] != nil)

            // Another address is another version, which shows that something was changed, and not what.
            try Self.write(written.replacing("pager.example", with: "other.example"), to: file)
            let other = try await desk.shown()
            #expect(other.edition == shown.edition + 2 && other.versions[0].changedBy == nil)
            var texts = [try await desk.send(.get, "").text]
            for version in other.versions { texts.append(try await desk.send(.get, "/\(version.edition)").text) }
            texts += hospital.log.lines
            texts += try await Self.audit(hospital)
            for version in try await hospital.store.settingsVersions(limit: 9) {
                texts.append(try await hospital.store.settings(version.edition)?.document ?? "")
            }
            for hidden in [Self.secret, "phone.secret", "T0KEN", "ARGUMENT", "pager.example"] {
                #expect(!texts.contains { $0.contains(hidden) }, "\(hidden)")
            }
            // What an older version told by a sink that is gone is refused by name.
            try Self.write("{}", to: file)
            let restored = try await desk.send(
                .post, "/\(shown.edition + 1)/restore", #"{"edition": \#(try await desk.shown().edition)}"#)
            #expect(restored.errorCode == "settings-refused" && restored.text.contains("there is no sink 'phone'"))
        }
    }

    @Test func whatSomebodyChangesInTheFileIsAVersionAndIsNotLost() async throws {
        try await Self.open { hospital, desk in
            let file = hospital.directory.appending(path: SettingsFile.fileName)
            let first = try await desk.shown()
            try Self.write(#"{"undoSeconds": 20}"#, to: file)
            // The page was opened before.
            var changed = first.settings
            changed.secondSignature = true
            #expect(try await desk.change(changed, after: 1).errorCode == "settings-changed")
            let second = try await desk.shown()
            #expect(second.settings.undoSeconds == 20 && second.versions[0].changedBy == nil)
            #expect(try await Self.audit(hospital) == ["system settings.file 2"])

            // A mistake in the file changes nothing, is shown, and is not written over.
            try Self.write(#"{"undoSeconds": 20, "timeZone": "Mars"}"#, to: file)
            let broken = try await desk.shown()
            #expect(
                broken.problem?.contains("Mars") == true && broken.edition == 2 && broken.settings.undoSeconds == 20)
            let answer = try await desk.change(changed, after: 2)
            #expect(answer.errorCode == "settings-refused" && answer.text.contains("has to be mended first"))
            #expect(try String(contentsOf: file, encoding: .utf8).contains("Mars"))

            // Nor does it that the file is gone: whoever writes it anew may be about to put it back.
            try FileManager.default.removeItem(at: file)
            let last = try await desk.shown()
            #expect(last.settings.undoSeconds == 20 && last.edition == 2 && last.problem?.contains("removed") == true)
        }
    }

    @Test func ofTwoWhoChangeAtOnceOneIsTold() async throws {
        try await Self.open { _, desk in
            let first = try await desk.shown()
            let codes = try await withThrowingTaskGroup(of: String?.self) { tasks in
                for seconds in 1...8 {
                    var changed = first.settings
                    changed.undoSeconds = seconds
                    let mine = changed
                    tasks.addTask { try await desk.change(mine, after: 1).errorCode }
                }
                return try await tasks.reduce(into: []) { $0.append($1) }
            }
            #expect(codes.count { $0 == nil } == 1 && codes.count { $0 == "settings-changed" } == 7)
            #expect(try await desk.shown().edition == 2)
        }
    }
}
