import ECGModel
public import Foundation

/// What the site has decided and may change while the server runs: the ladder, its clocks, what it asks of reports.
///
/// ESCALATION.md says how it is written in `escalation.json`.
public struct SiteSettings: Hashable, Sendable {
    /// Whole hours after which a device shows as silent; a clinic's weekend is 64.
    public static let deviceSilenceHours = 1...(90 * 24)
    /// Seconds; above ten minutes a clinic may have acted on what is taken back.
    public static let undoSeconds = 0...600

    /// Its time zone is the site's.
    public var ladder: EscalationPolicy
    public var reporting: ReportPolicy
    /// A device that was not in touch for so long is silent.
    public var deviceSilentAfterHours: Int

    public init(
        ladder: EscalationPolicy = .standard, reporting: ReportPolicy = ReportPolicy(), deviceSilentAfterHours: Int = 24
    ) {
        self.ladder = ladder
        self.reporting = reporting
        self.deviceSilentAfterHours = deviceSilentAfterHours
    }

    /// What holds where the site has written nothing.
    public init(_ configuration: ServerConfiguration) {
        self.init(
            reporting: ReportPolicy(secondSignature: configuration.secondSignature),
            deviceSilentAfterHours: configuration.deviceSilentAfterHours)
        ladder.timeZone = configuration.timeZone
    }

    /// Days and months as people at the site count them.
    ///
    /// - Precondition: The time zone is known; settings that were checked have one.
    var calendar: SiteCalendar {
        guard let calendar = SiteCalendar(timeZone: ladder.timeZone) else {
            preconditionFailure("settings that were checked name a known time zone")
        }
        return calendar
    }

    var deviceSilence: Duration { .seconds(3600 * deviceSilentAfterHours) }
}

extension SiteSettings {
    /// Reads and checks settings as ESCALATION.md describes them.
    ///
    /// - Parameters:
    ///   - folder: Where the files stand that they name without a full path, the data folder.
    ///   - standard: What holds where they say nothing.
    /// - Throws: ``EscalationPolicyError``.
    public init(json: Data, folder: URL, standard: SiteSettings = SiteSettings()) throws {
        try self.init(JSONValue(json: json), folder: folder, standard: standard)
    }

    init(_ value: JSONValue, folder: URL, standard: SiteSettings) throws {
        let fields = try PolicyReader(value: value, place: "").fields(
            EscalationPolicy.fieldNames + ["secondSignature", "undoSeconds", "deviceSilentAfterHours"])
        self = standard
        ladder = try EscalationPolicy(fields, folder: folder, standard: standard.ladder)
        if let reader = fields.optional("secondSignature") { reporting.secondSignature = try reader.bool() }
        if let reader = fields.optional("undoSeconds") {
            reporting.undoSeconds = try reader.integer(Self.undoSeconds)
        }
        if let reader = fields.optional("deviceSilentAfterHours") {
            deviceSilentAfterHours = try reader.integer(Self.deviceSilenceHours)
        }
    }

    /// The settings written out whole, without the sinks: where those are is the server's business alone.
    var document: JSONValue {
        var fields: [String: JSONValue] = [
            "timeZone": .string(ladder.timeZone), "hospitals": .array(ladder.hospitals.map(\.document)),
            "nobodyThere": .array(ladder.nobodyThere.map(\.document)),
            "secondSignature": .bool(reporting.secondSignature),
            "undoSeconds": .number(Double(reporting.undoSeconds)),
            "deviceSilentAfterHours": .number(Double(deviceSilentAfterHours)),
        ]
        if let console = ladder.console { fields["console"] = .string(console) }
        return .object(fields)
    }
}

extension EscalationPolicy.Hospital {
    fileprivate var document: JSONValue {
        var fields: [String: JSONValue] = [
            "name": .string(name), "shifts": .array(shifts.map(\.document)),
            "reportWithinMinutes": .object(
                Dictionary(
                    uniqueKeysWithValues: reportWithinMinutes.map { ($0.key.rawValue, .number(Double($0.value))) })),
        ]
        if !clinics.isEmpty { fields["clinics"] = .array(clinics.sorted().map(JSONValue.string)) }
        if !townships.isEmpty { fields["townships"] = .array(townships.sorted().map(JSONValue.string)) }
        if let nobodyThere { fields["nobodyThere"] = .array(nobodyThere.map(\.document)) }
        return .object(fields)
    }
}

extension EscalationPolicy.Shift {
    fileprivate var document: JSONValue {
        var fields = Dictionary(
            uniqueKeysWithValues: ladders.map { ($0.key.rawValue, JSONValue.array($0.value.map(\.document))) })
        if hours != .wholeDay {
            fields["from"] = .string(EscalationPolicy.clock(hours.from))
            fields["to"] = .string(EscalationPolicy.clock(hours.to))
        }
        return .object(fields)
    }
}

extension EscalationPolicy.Rung {
    fileprivate var document: JSONValue {
        .object([
            "afterSeconds": .number(Double(afterSeconds)), "who": .string(who),
            "sinks": .array(sinks.map(JSONValue.string)),
        ])
    }
}
