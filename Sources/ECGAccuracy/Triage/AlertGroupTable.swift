import ECGModel

/// Alerts of the labelled 12-lead records, a row a set and group, and over all normal ones.
public struct AlertGroupTable: AccuracyTable {
    public let name = "alerts"
    public let sets = LabelledRecords.sets

    private static let marginPoints = 0.6
    private static let mostCodes = 4

    private struct Group {
        var records = 0
        var recordsWith: [AlarmPriority: Int] = [:]
        var codes: [String: Int] = [:]
    }
    private var groups: [String: Group] = [:]
    private var normals = Group()
    private var labels: LabelledRecords?

    public init() {}

    public func subjects(in recordings: RecordingFolder) throws -> [Subject] {
        try LabelledRecords(in: recordings).subjects(in: recordings)
    }

    public mutating func add(_ analysed: AnalysedSubject, from recordings: RecordingFolder) throws {
        let labels = try labels ?? LabelledRecords(in: recordings)
        self.labels = labels
        guard let set = analysed.subject.set, let group = labels.group(of: analysed.subject) else { return }
        Self.count(analysed, in: &groups["\(set)\t\(group)", default: Group()])
        if LabelledRecords.normalGroups.contains(group) { Self.count(analysed, in: &normals) }
    }

    private static func count(_ analysed: AnalysedSubject, in group: inout Group) {
        group.records += 1
        for priority in Set(analysed.alerts.map(\.priority)) { group.recordsWith[priority, default: 0] += 1 }
        for alert in analysed.alerts { group.codes["\(alert.priority.rawValue)/\(alert.code)", default: 0] += 1 }
    }

    public func report() -> TableReport {
        var report = TableReport(
            name: name, title: "Alerts by diagnosis",
            definition: """
                Records with at least one alert of each priority, by the groups of labels.csv. All normals: the groups \
                \(LabelledRecords.normalGroups.sorted().joined(separator: " and ")) of all sets.
                """,
            columns: ["set", "group", "records", "high", "medium", "low", "most frequent"])
        guard !groups.isEmpty else { return report }
        for key in groups.keys.sorted() {
            guard let group = groups[key] else { continue }
            report.append(key.split(separator: "\t").map(String.init) + Self.cells(group))
        }
        func percent(_ priority: AlarmPriority) -> Figure? {
            Share(hits: normals.recordsWith[priority] ?? 0, of: normals.records).percent.map {
                Figure(
                    "alerts/normals/\(priority.rawValue)", $0, unit: "%", better: .low, margin: Self.marginPoints)
            }
        }
        report.append(["all", "normals"] + Self.cells(normals), percent(.high), percent(.medium))
        return report
    }

    private static func cells(_ group: Group) -> [String] {
        let codes = group.codes.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(mostCodes)
        return ["\(group.records)"]
            + [AlarmPriority.high, .medium, .low].map {
                Printed.count(Share(hits: group.recordsWith[$0] ?? 0, of: group.records))
            } + [codes.map { "\($0.key) \($0.value)" }.joined(separator: ", ")]
    }
}
