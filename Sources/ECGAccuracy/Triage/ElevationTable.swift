import ECGModel

/// Records of infarctions with ST elevation: which raise an alert, and the ST levels of those that do not.
///
/// They are the group `acute` of labels.csv and, in cinc12lead, the records of PTB (their names begin with S), which the
/// recordings' description names as the clearest elevations beside two of that group.
public struct ElevationTable: AccuracyTable {
    public let name = "elevations"
    public let sets = LabelledRecords.sets

    private static let elevatedSet = "cinc12lead"
    private static let elevatedPrefix = "S"
    private static let marginPoints = 5.0

    private struct Row {
        var record: String
        var priority: AlarmPriority?
        var codes: [String]
        var levels: String
    }
    private var rows: [Row] = []

    public init() {}

    public func subjects(in recordings: RecordingFolder) throws -> [Subject] {
        let labels = try LabelledRecords(in: recordings)
        return labels.subjects(in: recordings).filter { subject in
            labels.group(of: subject) == LabelledRecords.acuteGroup
                || subject.set == Self.elevatedSet && subject.name.hasPrefix(Self.elevatedPrefix)
        }
    }

    public mutating func add(_ analysed: AnalysedSubject, from recordings: RecordingFolder) {
        rows.append(
            Row(
                record: "\(analysed.subject.set ?? "") \(analysed.subject.name)", priority: analysed.highestPriority,
                codes: analysed.alerts.map { "\($0.code) (\($0.finding.rule.rule))" },
                levels: Self.levels(analysed.last)))
    }

    /// J and J+60 of every lead in microvolts.
    private static func levels(_ measurements: Measurements) -> String {
        zip(measurements.leads, measurements.waves).map { lead, waves in
            func level(_ value: Millivolts?) -> String { Printed.number(value.map { Microvolts($0).value }, digits: 0) }
            return "\(lead) \(level(waves.stJ))/\(level(waves.st60))"
        }.joined(separator: ", ")
    }

    public func report() -> TableReport {
        var report = TableReport(
            name: name, title: "Infarctions with ST elevation",
            definition: """
                The group acute of labels.csv (hours to days old, some without elevation left) and the records of \
                \(Self.elevatedSet) that begin with \(Self.elevatedPrefix): the highest alert. Of each below medium, ST in \
                µV at J/J+60 in every lead.
                """,
            columns: ["record", "highest", "alerts"])
        guard !rows.isEmpty else { return report }
        let reached = Share(hits: rows.count { ($0.priority ?? .low) >= .medium }, of: rows.count)
        for row in rows {
            report.append([row.record, row.priority?.rawValue ?? "none", row.codes.joined(separator: ", ")])
            if (row.priority ?? .low) < .medium { report.notes.append("\(row.record): \(row.levels)") }
        }
        report.append(
            ["at least medium", Printed.count(reached), ""],
            reached.percent.map {
                Figure("elevations/medium", $0, unit: "%", better: .high, margin: Self.marginPoints)
            })
        return report
    }
}
