import ECGFormats
import ECGModel

/// Beats against the reference annotations, a row a set.
///
/// Pairs as EC57's comparator does (``BeatPairing``); beats inside annotated ventricular flutter and inside a reference
/// artefact mask are left out on both sides. Of the MIT-BIH recordings the first five minutes are left out, as EC57 does
/// and where nstdb's noise has not begun; mitdb is shown whole too.
public struct BeatTable: AccuracyTable {
    public let name = "beats"
    public let sets = [
        "mitdb", "nstdb", "qtdb", "cinc2014", "cinc2014x", "tele", "cpsc2019", "cpsc2021",
    ]

    private static let learningSeconds = 300.0
    /// Records named below the table: those with most mistakes.
    private static let worstRecords = 5
    /// A set's F1 may lose 0.05 points, or what three beats of it make.
    private static let marginPoints = 0.05
    private static let marginBeats = 3.0

    private struct Row {
        var label: String
        var set: String
        var skipSeconds: Double
        var records: [(name: String, score: BeatScore)] = []

        var total: BeatScore {
            var total = BeatScore()
            for record in records { total += record.score }
            return total
        }
    }

    private var rows: [Row]

    public init() {
        rows = sets.map { set in
            Row(label: set, set: set, skipSeconds: ["mitdb", "nstdb"].contains(set) ? Self.learningSeconds : 0)
        }
        rows.insert(Row(label: "mitdb/whole", set: "mitdb", skipSeconds: 0), at: 1)
    }

    public func subjects(in recordings: RecordingFolder) -> [Subject] {
        sets.flatMap { recordings.subjects(of: $0) }.filter { recordings.hasAnnotations("atr", of: $0) }
    }

    public mutating func add(_ analysed: AnalysedSubject, from recordings: RecordingFolder) throws {
        guard let reference = try recordings.annotations("atr", of: analysed) else { return }
        let mask = try recordings.annotations("maska", of: analysed) ?? []
        for index in rows.indices where rows[index].set == analysed.subject.set {
            let pairing = BeatComparison(
                analysed, reference: reference, artefactMask: mask, skipSeconds: rows[index].skipSeconds)
            rows[index].records.append(
                (analysed.subject.name, BeatScore(pairing.pairing, samplingRate: analysed.samplingRate)))
        }
    }

    public func report() -> TableReport {
        var report = TableReport(
            name: name, title: "Beats",
            definition: """
                EC57's pairing within \(Int(BeatPairing.windowMilliseconds.value)) ms, annotated ventricular flutter and \
                reference artefact masks left out; mitdb and nstdb after the first 5 minutes, mitdb whole too. \
                RMS is the distance of the R peaks.
                """,
            columns: ["set", "records", "beats", "Se %", "+P %", "F1 %", "RMS ms"])
        for row in rows where !row.records.isEmpty {
            let total = row.total
            report.append(
                [
                    row.label, "\(row.records.count)", "\(total.sensitivity.cases)",
                    Printed.percent(total.sensitivity, digits: 2),
                    Printed.percent(total.positivePredictivity, digits: 2),
                    Printed.number(total.f1, digits: 2), Printed.number(total.errorsMilliseconds.rootMeanSquare),
                ],
                total.f1.map {
                    Figure(
                        "beats/\(row.label)/F1", $0, unit: "%", better: .high,
                        margin: max(Self.marginPoints, 100 * Self.marginBeats / Double(max(1, total.sensitivity.cases)))
                    )
                })
            report.notes.append("\(row.label), most mistakes: \(Self.worst(of: row.records))")
        }
        return report
    }

    private static func worst(of records: [(name: String, score: BeatScore)]) -> String {
        // Sorted by place too, since the library's sort need not keep the order of equals.
        records.enumerated().sorted { ($1.element.score.mistakes, $0.offset) < ($0.element.score.mistakes, $1.offset) }
            .prefix(worstRecords)
            .map { "\($0.element.name) FN \($0.element.score.falseNegatives) FP \($0.element.score.falsePositives)" }
            .joined(separator: ", ")
    }
}
