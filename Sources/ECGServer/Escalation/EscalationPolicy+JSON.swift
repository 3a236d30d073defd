import ECGModel
import ECGStore
import ECGWire
public import Foundation

extension EscalationPolicy {
    /// Reads and checks a configuration as ESCALATION.md describes it.
    ///
    /// - Parameter folder: Where the files stand that it names without a full path, the data folder. They are looked at
    ///   too: a secret that is missing is found now and not at the first alert.
    /// - Throws: ``EscalationPolicyError``.
    public init(json: Data, folder: URL) throws {
        self = try SiteSettings(json: json, folder: folder).ladder
    }

    private static let exampleConsole = "https://ecg.example.org"
    private static let exampleWebhook = "https://pager.example.org/alerts"

    static let fieldNames = ["timeZone", "console", "sinks", "hospitals", "nobodyThere"]

    /// - Parameter fields: Of the whole file, of which these are some.
    init(_ fields: PolicyReader.Fields, folder: URL, standard: EscalationPolicy) throws {
        self = standard
        timeZone = try fields.optional("timeZone").map(Self.timeZone) ?? timeZone
        console = try fields.optional("console").map(Self.console)
        sinks = try fields.optional("sinks").map { try Self.sinks($0, folder: folder) } ?? [:]
        let known = Set(sinks.keys)
        if let reader = fields.optional("hospitals") { hospitals = try Self.hospitals(reader, sinks: known) }
        if let reader = fields.optional("nobodyThere") {
            nobodyThere = try Self.ladder(reader, sinks: known)
        }
    }

    private static func timeZone(_ reader: PolicyReader) throws -> String {
        let name = try reader.string()
        guard TimeZone(site: name) != nil else {
            throw reader.error(
                "time-zone", "'\(name)' is no time zone; write a place's as Asia/Shanghai, or UTC, and no abbreviation",
                ["name": name])
        }
        return name
    }

    private static func console(_ reader: PolicyReader) throws -> String {
        let text = try reader.string(1...EscalationLimits.consoleBytes)
        guard let url = URL(string: text), url.scheme == "https" || url.scheme == "http", url.host() != nil,
            url.query() == nil, url.fragment() == nil
        else {
            throw reader.error(
                "console-address", "has to be the console's address, as \(Self.exampleConsole)",
                ["example": Self.exampleConsole])
        }
        return text.hasSuffix("/") ? String(text.dropLast()) : text
    }

    // MARK: Hospitals

    private static func hospitals(_ reader: PolicyReader, sinks: Set<String>) throws -> [Hospital] {
        let readers = try reader.list(1...EscalationLimits.hospitals)
        let hospitals = try readers.map { try hospital($0, sinks: sinks) }
        for (kind, all) in [
            ("clinic", hospitals.flatMap(\.clinics)), ("township", hospitals.flatMap(\.townships)),
            ("hospital", hospitals.map(\.name)),
        ] {
            if let twice = firstRepeated(all) {
                throw reader.error(
                    "\(kind)-twice", "the \(kind) '\(twice)' is named twice: each belongs to one", ["name": twice])
            }
        }
        guard hospitals.count(where: \.takesTheRest) == 1 else {
            throw reader.error(
                "rest-of-alerts",
                "exactly one hospital has to be without clinics and townships: it takes the alerts of all others, "
                    + "so that no alert is nobody's")
        }
        return hospitals
    }

    private static func hospital(_ reader: PolicyReader, sinks: Set<String>) throws -> Hospital {
        let fields = try reader.fields(
            "name", "clinics", "townships", "shifts", "reportWithinMinutes", "nobodyThere")
        func names(_ field: String) throws -> Set<String> {
            guard let list = fields.optional(field) else { return [] }
            return Set(
                try list.list(1...EscalationLimits.namesPerHospital).map { try $0.string(1...HTTPLimits.clinicBytes) })
        }
        let shifts = try fields.required("shifts")
        var minutes = standardReportMinutes
        if let reader = fields.optional("reportWithinMinutes") {
            let given = try reader.fields("high", "medium", "low")
            for priority in AlarmPriority.allCases {
                if let value = given.optional(priority.rawValue) {
                    minutes[priority] = try value.integer(EscalationLimits.reportMinutes)
                }
            }
        }
        return Hospital(
            name: try fields.required("name").string(1...HTTPLimits.clinicBytes), clinics: try names("clinics"),
            townships: try names("townships"), shifts: try Self.shifts(shifts, sinks: sinks),
            reportWithinMinutes: minutes,
            nobodyThere: try fields.optional("nobodyThere").map { try ladder($0, sinks: sinks) })
    }

    private static func shifts(_ reader: PolicyReader, sinks: Set<String>) throws -> [Shift] {
        let shifts = try reader.list(1...EscalationLimits.shifts).map { try shift($0, sinks: sinks) }
        for minute in 0..<1440 {
            let count = shifts.count { $0.hours.contains(minute) }
            guard count != 1 else { continue }
            let at = clock(minute)
            throw count == 0
                ? reader.error(
                    "shift-gap", "nobody is on duty at \(at): the shifts have to cover the whole day", ["at": at])
                : reader.error(
                    "shift-overlap", "\(count) shifts are on duty at \(at): they must not overlap",
                    ["count": "\(count)", "at": at])
        }
        return shifts
    }

    private static func shift(_ reader: PolicyReader, sinks: Set<String>) throws -> Shift {
        let fields = try reader.fields("from", "to", "high", "medium", "low")
        var hours = Hours.wholeDay
        if fields.optional("from") != nil || fields.optional("to") != nil {
            hours = Hours(from: try minute(try fields.required("from")), to: try minute(try fields.required("to")))
        }
        var ladders: [AlarmPriority: [Rung]] = [:]
        for priority in AlarmPriority.allCases {
            if let ladder = fields.optional(priority.rawValue) {
                let rungs = try Self.ladder(ladder, sinks: sinks)
                // None is the same as none written.
                if !rungs.isEmpty { ladders[priority] = rungs }
            }
        }
        guard ladders[.high]?.isEmpty == false else {
            throw reader.error("no-high-ladder", "high alerts need a ladder with at least one rung")
        }
        return Shift(hours: hours, ladders: ladders)
    }

    private static func ladder(_ reader: PolicyReader, sinks: Set<String>) throws -> [Rung] {
        let rungs = try reader.list(0...EscalationLimits.rungs).map { try rung($0, sinks: sinks) }
        guard zip(rungs, rungs.dropFirst()).allSatisfy({ $0.afterSeconds < $1.afterSeconds }) else {
            throw reader.error("steps-not-rising", "afterSeconds has to rise from rung to rung")
        }
        return rungs
    }

    private static func rung(_ reader: PolicyReader, sinks: Set<String>) throws -> Rung {
        let fields = try reader.fields("afterSeconds", "who", "sinks")
        let readers = try fields.required("sinks").list(1...EscalationLimits.sinks)
        let names = try readers.map { reader in
            let name = try reader.string()
            guard name == Delivery.consoleSink || sinks.contains(name) else {
                let known = ([Delivery.consoleSink] + sinks.sorted()).joined(separator: ", ")
                throw reader.error(
                    "unknown-sink", "there is no sink '\(name)'; there are \(known)", ["name": name, "known": known])
            }
            return name
        }
        if let twice = firstRepeated(names) {
            throw reader.error("sink-twice", "the sink '\(twice)' is named twice", ["name": twice])
        }
        return Rung(
            afterSeconds: try fields.required("afterSeconds").integer(EscalationLimits.afterSeconds),
            who: try fields.required("who").string(), sinks: names)
    }

    private static func minute(_ reader: PolicyReader) throws -> Int {
        let text = try reader.string()
        guard let match = text.wholeMatch(of: /(\d\d):(\d\d)/), let hour = Int(match.1), let minute = Int(match.2),
            hour < 24, minute < 60
        else {
            throw reader.error(
                "time-of-day", "'\(text)' is no time of day; write it as 08:00, midnight as 00:00", ["text": text])
        }
        return 60 * hour + minute
    }

    /// As `08:00`.
    static func clock(_ minute: Int) -> String {
        [minute / 60, minute % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
    }

    private static func firstRepeated(_ names: [String]) -> String? {
        var seen: Set<String> = []
        return names.first { !seen.insert($0).inserted }
    }

    // MARK: Sinks

    private static func sinks(_ reader: PolicyReader, folder: URL) throws -> [String: SinkSettings] {
        let entries = try reader.entries()
        guard entries.count <= EscalationLimits.sinks else {
            throw reader.error(
                "sink-count", "there are \(entries.count) sinks; \(EscalationLimits.sinks) are enough",
                ["count": "\(entries.count)", "most": "\(EscalationLimits.sinks)"])
        }
        return Dictionary(
            uniqueKeysWithValues: try entries.map { name, reader in
                guard name.wholeMatch(of: /[a-z0-9][a-z0-9-]{0,31}/) != nil, name != Delivery.consoleSink else {
                    throw reader.error(
                        "sink-name",
                        "a sink's name is up to 32 of a-z, 0-9 and '-', and not '\(Delivery.consoleSink)', which every "
                            + "server has")
                }
                return (name, try sink(reader, folder: folder))
            })
    }

    private static func sink(_ reader: PolicyReader, folder: URL) throws -> SinkSettings {
        let fields = try reader.fields("webhook", "hl7", "command", "content", "timeoutSeconds", "attempts")
        let kinds = ["webhook", "hl7", "command"].compactMap(fields.optional)
        guard kinds.count == 1 else { throw reader.error("sink-kind", "has to be one of webhook, hl7 and command") }
        let kind: SinkSettings.Kind
        if let webhook = fields.optional("webhook") {
            kind = .webhook(try Self.webhook(webhook, folder: folder))
        } else if let hl7 = fields.optional("hl7") {
            kind = .hl7(try Self.receiver(hl7, folder: folder))
        } else {
            kind = .command(try command(kinds[0]))
        }
        var settings = SinkSettings(kind: kind)
        if let content = fields.optional("content") {
            let name = try content.string()
            guard let wanted = SinkSettings.Content(rawValue: name) else {
                let known = SinkSettings.Content.allCases.map(\.rawValue).joined(separator: ", ")
                throw content.error("none-of", "'\(name)' is none of \(known)", ["name": name, "known": known])
            }
            settings.content = wanted
        }
        if let timeout = fields.optional("timeoutSeconds") {
            settings.timeoutSeconds = try timeout.integer(EscalationLimits.timeoutSeconds)
        }
        if let attempts = fields.optional("attempts") {
            settings.attempts = try attempts.integer(EscalationLimits.attemptCounts)
        }
        return settings
    }

    private static func webhook(_ reader: PolicyReader, folder: URL) throws -> SinkSettings.Webhook {
        let fields = try reader.fields("url", "secretFile", "authoritiesFile", "allowPlaintext")
        let urlReader = try fields.required("url")
        let text = try urlReader.string(1...EscalationLimits.addressBytes)
        guard let url = URL(string: text), let host = url.host(), url.scheme == "https" || url.scheme == "http" else {
            throw urlReader.error(
                "webhook-address", "has to be an address as \(Self.exampleWebhook)", ["example": Self.exampleWebhook])
        }
        if url.scheme == "http" {
            try requireEncryption(fields, host: host, urlReader, "use https")
        }
        let secret = try fields.required("secretFile")
        let file = try path(secret, folder: folder)
        do {
            _ = try WebhookSecret(file: file)
        } catch {
            throw secret.error("secret", "\(error)")
        }
        return SinkSettings.Webhook(
            url: text, secretFile: file,
            authoritiesFile: try fields.optional("authoritiesFile").map { try existing($0, folder: folder) })
    }

    private static func receiver(_ reader: PolicyReader, folder: URL) throws -> SinkSettings.HL7Receiver {
        let fields = try reader.fields(
            "host", "port", "tls", "authoritiesFile", "application", "facility", "allowPlaintext")
        let host = try fields.required("host")
        let usesTLS = try fields.optional("tls")?.bool() ?? false
        let name = try host.string(1...EscalationLimits.hostBytes)
        if !usesTLS { try requireEncryption(fields, host: name, host, "set \"tls\": true") }
        return SinkSettings.HL7Receiver(
            host: name, port: try fields.required("port").integer(1...65_535), usesTLS: usesTLS,
            authoritiesFile: try fields.optional("authoritiesFile").map { try existing($0, folder: folder) },
            application: try fields.optional("application")?.string() ?? "",
            facility: try fields.optional("facility")?.string() ?? "")
    }

    private static func command(_ reader: PolicyReader) throws -> [String] {
        let arguments = try reader.list(1...EscalationLimits.arguments).map {
            try $0.string(1...EscalationLimits.argumentBytes)
        }
        guard arguments[0].hasPrefix("/"), FileManager.default.isExecutableFile(atPath: arguments[0]) else {
            throw reader.error(
                "no-program",
                "this is no program here: give the full path of one that the server may run; no shell reads the line")
        }
        return arguments
    }

    private static func requireEncryption(
        _ fields: PolicyReader.Fields, host: String, _ reader: PolicyReader, _ remedy: String
    ) throws {
        if try fields.optional("allowPlaintext")?.bool() == true || NetworkAddress.isLoopback(host: host) { return }
        throw reader.error(
            "unencrypted",
            "alerts would go out unencrypted: \(remedy), or, where the network encrypts by itself, allow it "
                + "with \"allowPlaintext\": true")
    }

    private static func path(_ reader: PolicyReader, folder: URL) throws -> String {
        let name = try reader.string(1...EscalationLimits.pathBytes)
        return name.hasPrefix("/") ? name : folder.appending(path: name).path
    }

    private static func existing(_ reader: PolicyReader, folder: URL) throws -> String {
        let file = try path(reader, folder: folder)
        guard FileManager.default.isReadableFile(atPath: file) else {
            throw reader.error("no-pem-file", "the file cannot be read: give the path of a PEM file")
        }
        return file
    }
}
