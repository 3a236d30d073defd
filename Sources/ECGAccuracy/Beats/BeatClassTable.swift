import ECGFormats
import ECGModel

/// Classes of the beats of mitdb, after the first five minutes, a row a class.
///
/// Of the beats that both annotators have (EC57's pairing): sensitivity is the share of the reference's beats of a class
/// that are told as that class, missed ones among them; positive predictivity the share of those told as the class that
/// are so, false beats among them. As in EC57, fusions of ventricular and normal beats may be told as either, and what the
/// reference calls unclassifiable does not count against a class.
public struct BeatClassTable: AccuracyTable {
    public let name = "classes"
    public let sets = ["mitdb"]

    private static let learningSeconds = 300.0
    private static let classes: [BeatClass] = [.normal, .supraventricular, .ventricular, .paced]
    private static let marginPoints = 0.5

    private struct Counts {
        var sensitivity: [BeatClass: Share] = [:]
        var predictivity: [BeatClass: Share] = [:]

        mutating func add(_ beats: BeatComparison) {
            for pair in beats.pairing.pairs {
                guard !beats.reference[pair.reference].isVentricularFusion else { continue }
                let truth = beats.reference[pair.reference].beatClass
                let told = beats.found[pair.test].beatClass
                sensitivity[truth, default: Share()].add(told == truth)
                if truth != .unclassifiable { predictivity[told, default: Share()].add(told == truth) }
            }
            for place in beats.pairing.missed where !beats.reference[place].isVentricularFusion {
                sensitivity[beats.reference[place].beatClass, default: Share()].add(false)
            }
            for place in beats.pairing.extra { predictivity[beats.found[place].beatClass, default: Share()].add(false) }
        }
    }
    private var all = Counts()
    /// Of the records without paced beats: EC57 leaves the others out.
    private var unpaced = Counts()

    public init() {}

    public mutating func add(_ analysed: AnalysedSubject, from recordings: RecordingFolder) throws {
        guard let annotations = try recordings.annotations("atr", of: analysed) else { return }
        let beats = BeatComparison(analysed, reference: annotations, skipSeconds: Self.learningSeconds)
        all.add(beats)
        if !annotations.contains(where: { $0.code.beatClass == .paced }) { unpaced.add(beats) }
    }

    public func report() -> TableReport {
        var report = TableReport(
            name: name, title: "Classes of beats",
            definition: """
                mitdb after the first 5 minutes: of the reference's beats of a class those told as that class, missed \
                beats counting against it (Se), and of the beats told as the class those that are so, false beats \
                counting against it (+P). Fusions of ventricular and normal beats are left out.
                """,
            columns: ["class", "beats", "Se %", "told", "+P %"])
        for beatClass in Self.classes { append(beatClass, of: all, as: beatClass.rawValue, to: &report) }
        for beatClass in [BeatClass.supraventricular, .ventricular] {
            append(beatClass, of: unpaced, as: "\(beatClass.rawValue), no paced records", to: &report)
        }
        return report
    }

    private func append(_ beatClass: BeatClass, of counts: Counts, as label: String, to report: inout TableReport) {
        let found = counts.sensitivity[beatClass] ?? Share()
        let right = counts.predictivity[beatClass] ?? Share()
        guard found.cases > 0 || right.cases > 0 else { return }
        func figure(_ measure: String, _ share: Share) -> Figure? {
            share.percent.map {
                Figure("classes/mitdb/\(label)/\(measure)", $0, unit: "%", better: .high, margin: Self.marginPoints)
            }
        }
        report.append(
            [
                label, "\(found.cases)", Printed.percent(found, digits: 2), "\(right.cases)",
                Printed.percent(right, digits: 2),
            ],
            figure("Se", found), figure("+P", right))
    }
}
