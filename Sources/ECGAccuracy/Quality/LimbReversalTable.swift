import ECGModel

/// Limb electrodes exchanged, by the algebra of the leads, on every record of ludb and ptbxl: how often that is found, and
/// how often it is said of the record as it is.
public struct LimbReversalTable: AccuracyTable {
    public let name = "reversal"
    public let sets = ["ludb", "ptbxl"]

    private static let marginPoints = 1.0

    private var found: [RecordingQuality.LimbReversal: Share] = [:]
    private var named: [RecordingQuality.LimbReversal: Share] = [:]
    private var foundOfAll = Share()
    private var namedOfAll = Share()
    private var falselyFound = Share()
    private var falseRecords: [String] = []

    public init() {}

    public func subjects(in recordings: RecordingFolder) -> [Subject] {
        let plain = sets.flatMap { recordings.subjects(of: $0) }
        return plain
            + RecordingQuality.LimbReversal.allCases.flatMap { reversal in
                plain.map { Subject($0.source, altered: .limbReversal(reversal)) }
            }
    }

    public mutating func add(_ analysed: AnalysedSubject, from recordings: RecordingFolder) {
        let said = analysed.last.recordingQuality.limbReversal
        if case .limbReversal(let reversal) = analysed.subject.alteration {
            found[reversal, default: Share()].add(said != nil)
            named[reversal, default: Share()].add(said == reversal)
            foundOfAll.add(said != nil)
            namedOfAll.add(said == reversal)
        } else {
            falselyFound.add(said != nil)
            if said != nil { falseRecords.append("\(analysed.subject.set ?? "") \(analysed.subject.name)") }
        }
    }

    public func report() -> TableReport {
        var report = TableReport(
            name: name, title: "Limb electrodes exchanged",
            definition: """
                Every record of ludb and ptbxl as it is and with two limb electrodes exchanged, by the algebra of the leads: \
                records in which an exchange is said at the end, and in which the right one is. The network that tells it was \
                fitted to these records; Tests/Fitting/README.md says what it reaches on patients that it has not seen.
                """,
            columns: ["exchanged", "records", "said %", "rightly named %"])
        guard falselyFound.cases > 0 else { return report }
        for reversal in RecordingQuality.LimbReversal.allCases {
            let share = found[reversal] ?? Share()
            report.append(
                [
                    reversal.rawValue, "\(share.cases)", Printed.percent(share),
                    Printed.percent(named[reversal] ?? Share()),
                ],
                share.percent.map {
                    Figure(
                        "reversal/\(reversal.rawValue)/said", $0, unit: "%", better: .high, margin: Self.marginPoints)
                })
        }
        report.append(
            ["any of these", "\(foundOfAll.cases)", Printed.percent(foundOfAll), Printed.percent(namedOfAll)],
            foundOfAll.percent.map {
                Figure("reversal/any/said", $0, unit: "%", better: .high, margin: Self.marginPoints)
            })
        report.append(
            ["none", "\(falselyFound.cases)", Printed.percent(falselyFound, digits: 2), Printed.none],
            falselyFound.percent.map {
                Figure("reversal/none/said", $0, unit: "%", better: .low, margin: Self.marginPoints / 2)
            })
        if !falseRecords.isEmpty { report.notes.append("falsely said: \(falseRecords.joined(separator: ", "))") }
        return report
    }
}
