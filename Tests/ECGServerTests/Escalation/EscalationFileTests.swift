import ECGModel
import ECGServer
import ECGStore
import Foundation
import Testing

/// `escalation.json`: what is read, and what is said of a mistake.
@Suite struct EscalationFileTests {
    /// A folder with a secret, removed with the value.
    private final class Folder: Sendable {
        let url = FileManager.default.temporaryDirectory.appending(path: "ecgnet-policy-\(UUID().uuidString)")

        init() throws {
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
            try write("whsec_" + Data(repeating: 7, count: 32).base64EncodedString(), to: "duty-phone.secret")
        }

        deinit {
            do { try FileManager.default.removeItem(at: url) } catch { print("\(url) stays: \(error)") }
        }

        func write(_ text: String, to name: String, permissions: Int = 0o600) throws {
            let file = url.appending(path: name)
            try Data(text.utf8).write(to: file)
            try FileManager.default.setAttributes([.posixPermissions: permissions], ofItemAtPath: file.path)
        }

        func policy(_ text: String) throws -> EscalationPolicy {
            try EscalationPolicy(json: Data(text.utf8), folder: url)
        }
    }

    private let folder: Folder

    init() throws { folder = try Folder() }

    private static func documentedExample() throws -> String {
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Sources/ECGServer/Escalation/ESCALATION.md")
        let text = try String(contentsOf: file, encoding: .utf8)
        return String(try #require(text.firstMatch(of: /```json\n([^`]+)```/)).1)
    }

    @Test func theDocumentedExampleIsAPolicy() throws {
        let policy = try folder.policy(Self.documentedExample())
        #expect(policy.hospitals.map(\.name) == ["County hospital", "Longtan township hospital"])
        #expect(Set(policy.sinks.keys) == ["duty-phone", "his", "siren"])
        #expect(policy.sinks["his"]?.content == .patient && policy.sinks["siren"]?.content == .minimal)
        #expect(policy.hospitals[0].shifts[1].hours == .init(from: 18 * 60, to: 8 * 60))
        #expect(policy.hospitals[0].shifts[0].ladders[.high]?.map(\.afterSeconds) == [0, 60, 180, 300])
        #expect(policy.hospitals[0].reportWithinMinutes[.high] == 10)
        #expect(!policy.nobodyThere.isEmpty)
    }

    @Test func whatIsLeftOutIsBuiltIn() throws {
        #expect(try folder.policy("{}") == .standard)
        let policy = try folder.policy(#"{"timeZone": "UTC", "console": "https://ecg.example.org/"}"#)
        #expect(policy.timeZone == "UTC" && policy.console == "https://ecg.example.org")
        #expect(policy.hospitals == EscalationPolicy.standard.hospitals)
    }

    @Test(
        "A time zone is a place's or UTC: what people in different places read differently is refused",
        arguments: [
            ("Asia/Shanghai", true), ("Asia/Kolkata", true), ("Asia/Calcutta", true), ("UTC", true),
            ("America/Argentina/Ushuaia", true), ("CST", false), ("EST", false), ("IST", false), ("PRC", false),
            ("GMT+8", false), ("UTC+8", false), ("Etc/GMT+8", false), ("Asia/Beijing", false), ("asia/shanghai", false),
            ("", false),
        ])
    func timeZones(name: String, isTaken: Bool) throws {
        let json = #"{"timeZone": "\#(name)"}"#
        var configuration = ServerConfiguration()
        configuration.timeZone = name
        if isTaken {
            #expect(try folder.policy(json).timeZone == name)
            try configuration.validate()
        } else {
            let error = #expect(throws: EscalationPolicyError.self) { try folder.policy(json) }
            #expect(name.isEmpty || error?.description.contains("write a place's as Asia/Shanghai, or UTC") == true)
            #expect(throws: ServerConfigurationError.timeZone(name)) { try configuration.validate() }
        }
    }

    private static func hospitals(_ shifts: String, sinks: String = "{}") -> String {
        #"{"sinks": \#(sinks), "hospitals": [{"name": "H", "shifts": [\#(shifts)]}]}"#
    }
    private static let high = #""high": [{"afterSeconds": 60, "who": "a", "sinks": ["console"]}]"#
    private static func sink(_ text: String) -> String { #"{"sinks": {"s": \#(text)}}"# }

    @Test(arguments: [
        ("{", "not JSON"),
        ("[]", "has to be an object"),
        (#"{"sink": {}}"#, "there is no setting 'sink' here; there are timeZone, console, sinks"),
        (#"{"timeZone": "Beijing"}"#, "timeZone: 'Beijing' is no time zone"),
        (#"{"console": "ecg.example.org"}"#, "console: has to be the console's address"),
        (#"{"hospitals": []}"#, "hospitals: has 0 entries"),
        (hospitals("{}"), "hospitals[0].shifts[0]: high alerts need a ladder"),
        (hospitals(#"{"from": "08:00", "to": "18:00", \#(high)}"#), "nobody is on duty at 00:00"),
        (hospitals(#"{"from": "08:00", "to": "18:00", \#(high)}, {\#(high)}"#), "2 shifts are on duty at 08:00"),
        (hospitals(#"{"from": "8:00", "to": "18:00", \#(high)}"#), "shifts[0].from: '8:00' is no time of day"),
        (hospitals(#"{"from": "08:00", \#(high)}"#), "the setting 'to' is missing"),
        (
            hospitals(#"{"high": [{"afterSeconds": 60, "who": "a", "sinks": ["phone"]}]}"#),
            "high[0].sinks[0]: there is no sink 'phone'; there are console"
        ),
        (
            hospitals(#"{"high": [{"afterSeconds": -1, "who": "a", "sinks": ["console"]}]}"#),
            "afterSeconds: has to be a whole number from 0"
        ),
        (hospitals(#"{"high": [{"afterSeconds": 1.5, "who": "a", "sinks": ["console"]}]}"#), "a whole number"),
        (hospitals(#"{"high": [{"afterSeconds": 1, "who": "a", "sinks": []}]}"#), "sinks: has 0 entries"),
        (hospitals(#"{"high": [{"afterSeconds": 1, "who": "a", "sinks": ["console", "console"]}]}"#), "named twice"),
        (
            hospitals(
                #"{"high": [{"afterSeconds": 9, "who": "a", "sinks": ["console"]}, {"afterSeconds": 9, "who": "b", "sinks": ["console"]}]}"#
            ), "has to rise"
        ),
        (#"{"hospitals": [{"name": "H", "clinics": ["a"], "shifts": [{\#(high)}]}]}"#, "exactly one hospital"),
        (#"{"sinks": {"console": {"command": ["/bin/true"]}}}"#, "sinks.console: a sink's name"),
        (sink("{}"), "sinks.s: has to be one of webhook, hl7 and command"),
        (sink(#"{"command": ["siren"]}"#), "sinks.s.command: this is no program here"),
        (sink(#"{"command": ["/bin/true"], "content": "all"}"#), "'all' is none of minimal, clinical, patient"),
        (sink(#"{"command": ["/bin/true"], "attempts": 0}"#), "from 1 to 20"),
        (
            sink(#"{"webhook": {"url": "http://pager.example", "secretFile": "duty-phone.secret"}}"#),
            "alerts would go out unencrypted: use https"
        ),
        (
            sink(#"{"webhook": {"url": "http://127.a.example", "secretFile": "duty-phone.secret"}}"#),
            "alerts would go out unencrypted: use https"
        ),
        (sink(#"{"hl7": {"host": "127.0.0.1.example", "port": 2575}}"#), "unencrypted: set \"tls\": true"),
        (sink(#"{"webhook": {"url": "https://pager.example", "secretFile": "none"}}"#), "cannot be read"),
        (sink(#"{"webhook": {"url": "https://pager.example", "secretFile": "open.secret"}}"#), "chmod 600"),
        (sink(#"{"webhook": {"url": "https://pager.example", "secretFile": "short.secret"}}"#), "at least 16"),
        (sink(#"{"hl7": {"host": "10.0.0.5", "port": 2575}}"#), "unencrypted: set \"tls\": true"),
        (sink(#"{"hl7": {"host": "127.0.0.1", "port": 0}}"#), "from 1 to 65535"),
    ])
    func aMistakeIsNamed(json: String, expected: String) throws {
        try folder.write("a secret that is long enough", to: "open.secret", permissions: 0o644)
        try folder.write("short", to: "short.secret")
        let error = #expect(throws: EscalationPolicyError.self) { try folder.policy(json) }
        #expect(error?.description.contains(expected) == true, "\(error?.description ?? "")")
        #expect(error?.description.contains("long enough") != true, "no secret in a message")
        try ConsoleTexts.expectSentence(of: try #require(error?.refusal))
    }

    @Test func aChangeTakesEffectAndAMistakeDoesNot() throws {
        let log = LogBook()
        let settings = try SettingsFile(dataFolder: folder.url.path, logger: log.logger)
        #expect(settings.policy == .standard && settings.problem == nil)
        try folder.write(#"{"timeZone": "UTC"}"#, to: "escalation.json")
        settings.reload()
        #expect(settings.policy.timeZone == "UTC" && settings.problem == nil)
        try folder.write(#"{"timeZone": "Mars"}"#, to: "escalation.json")
        for _ in 0..<3 { settings.reload() }
        #expect(settings.policy.timeZone == "UTC" && settings.problem?.contains("Mars") == true)
        #expect(log.lines.count { $0.hasPrefix("error") } == 1, "said once")
        // A server that starts with it runs, by the built-in policy.
        let other = try SettingsFile(dataFolder: folder.url.path, logger: log.logger)
        #expect(other.policy == .standard && other.problem != nil)
        // A file that becomes right without changing, since what it names is there now.
        try folder.write(
            #"{"sinks": {"s": {"webhook": {"url": "https://h", "secretFile": "new.secret"}}}}"#, to: "escalation.json")
        settings.reload()
        #expect(settings.problem?.contains("sinks.s.webhook.secretFile") == true)
        try folder.write("a secret that is long enough", to: "new.secret")
        settings.reload()
        #expect(settings.problem == nil && settings.policy.sinks["s"] != nil)
        try FileManager.default.removeItem(at: folder.url.appending(path: "escalation.json"))
        for _ in 0..<2 { settings.reload() }
        #expect(settings.policy.sinks["s"] != nil && settings.problem?.contains("removed") == true)
        let restarted = try SettingsFile(dataFolder: folder.url.path, logger: log.logger)
        #expect(restarted.policy == .standard && restarted.problem == nil)
        // Something that is there and cannot be read is no mistake in its text.
        try FileManager.default.createDirectory(
            at: folder.url.appending(path: "escalation.json"), withIntermediateDirectories: false)
        for file in [settings, restarted] {
            file.reload()
            #expect(file.problem?.contains("cannot be read") == true)
        }
        #expect(settings.policy.sinks["s"] != nil && restarted.policy == .standard)
        // What one of them never read was never removed.
        try FileManager.default.removeItem(at: folder.url.appending(path: "escalation.json"))
        for file in [settings, restarted] { for _ in 0..<2 { file.reload() } }
        #expect(settings.problem?.contains("removed") == true)
        #expect(restarted.problem == nil && restarted.policy == .standard)
    }
}
