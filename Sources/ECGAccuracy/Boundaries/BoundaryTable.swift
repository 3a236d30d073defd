import ECGModel

/// QRS onset and J point of single beats against marks made by hand, on ludb (twelve leads, fused) and on qtdb (two leads,
/// one marked for both).
public struct BoundaryTable: AccuracyTable {
    public let name = "boundaries"
    public let sets = ["ludb", "qtdb"]

    /// A mark farther away marks another beat.
    private static let farthestMilliseconds = 100.0
    /// The reach of the target, and of the columns of shares.
    private static let reachesMilliseconds = [8.0, 16.0]
    private static let marginMilliseconds = 0.5

    private struct Row {
        var set: String
        var mark: String
        var errors = Spread()
        var beats = 0
    }
    private var rows = [
        Row(set: "ludb", mark: "QRS onset"), Row(set: "ludb", mark: "J point"), Row(set: "qtdb", mark: "QRS onset"),
        Row(set: "qtdb", mark: "J point"),
    ]

    public init() {}

    public mutating func add(_ analysed: AnalysedSubject, from recordings: RecordingFolder) throws {
        let beats: [(onset: SampleIndex, end: SampleIndex)]
        if analysed.subject.set == "ludb" {
            beats = try recordings.fusedBeats(of: analysed).map { ($0.qrsOnset, $0.jPoint) }
        } else {
            beats = MarkedWave.waves(in: try recordings.annotations("q1c", of: analysed) ?? []).compactMap {
                guard $0.kind == .qrs, let onset = $0.onset, let end = $0.end else { return nil }
                return (onset, end)
            }
        }
        let onsets = analysed.beats.compactMap { reported in
            reported.beat.qrsOnset.flatMap { $0 < reported.beat.rPeak ? $0 : nil }
        }
        let ends = analysed.beats.compactMap { reported in
            reported.beat.jPoint.flatMap { $0 > reported.beat.rPeak ? $0 : nil }
        }
        for (mark, found, truths) in [("QRS onset", onsets, beats.map(\.onset)), ("J point", ends, beats.map(\.end))] {
            guard let row = rows.firstIndex(where: { $0.set == analysed.subject.set && $0.mark == mark }) else {
                continue
            }
            rows[row].beats += truths.count
            for truth in truths {
                guard let nearest = found.min(by: { ($0 - truth).magnitude < ($1 - truth).magnitude }) else { continue }
                let error = Double(nearest - truth) * 1000 / analysed.samplingRate.value
                if error.magnitude <= Self.farthestMilliseconds { rows[row].errors.add(error) }
            }
        }
    }

    public func report() -> TableReport {
        var report = TableReport(
            name: name, title: "Boundaries of the QRS complex",
            definition: """
                Error of single beats in ms, positive where the mark is late. ludb: one mark for all leads, the \
                third-earliest onset and the third-latest end of the twelve leads marked by hand. qtdb: marks of q1c, one \
                for both leads. Marks within \(Int(Self.farthestMilliseconds)) ms count as of the same beat.
                """,
            columns: ["set", "mark", "beats", "marked", "mean ± SD ms"]
                + Self.reachesMilliseconds.map { "within \(Int($0)) ms %" })
        for row in rows where row.beats > 0 {
            let name = "boundaries/\(row.set)/\(row.mark)"
            report.append(
                [row.set, row.mark, "\(row.beats)", "\(row.errors.count)", Printed.spread(row.errors)]
                    + Self.reachesMilliseconds.map { Printed.percent(row.errors.share(within: $0)) },
                row.errors.mean.map {
                    Figure(
                        "\(name)/mean", $0.magnitude, unit: "ms", better: .low, margin: Self.marginMilliseconds)
                },
                row.errors.standardDeviation.map {
                    Figure("\(name)/SD", $0, unit: "ms", better: .low, margin: Self.marginMilliseconds)
                })
        }
        return report
    }
}
