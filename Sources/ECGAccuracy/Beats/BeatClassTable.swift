import ECGFormats
import ECGModel

/// Classes of the beats of mitdb, after the first five minutes, a row a class.
///
/// Of the beats that both annotators have (EC57's pairing): sensitivity is the share of the reference's beats of a class
/// that are told as that class, missed ones among them; positive predictivity the share of those told as the class that
/// are so, false beats among them. A ventricular fusion counts as ventricular, as ``AnnotationCode/beatClass`` has it;
/// beats that the reference calls unclassifiable are left out of the predictivity, as EC57 does.
public struct BeatClassTable: AccuracyTable {
    public let name = "classes"
    public let sets = ["mitdb"]

    private static let learningSeconds = 300.0
    private static let classes: [BeatClass] = [.normal, .supraventricular, .ventricular, .paced]
    private static let marginPoints = 0.5

    private var sensitivity: [BeatClass: Share] = [:]
    private var predictivity: [BeatClass: Share] = [:]

    public init() {}

    public mutating func add(_ analysed: AnalysedSubject, from recordings: RecordingFolder) throws {
        guard let annotations = try recordings.annotations("atr", of: analysed) else { return }
        add(BeatComparison(analysed, reference: annotations, skipSeconds: Self.learningSeconds))
    }

    mutating func add(_ beats: BeatComparison) {
        for pair in beats.pairing.pairs {
            let truth = beats.reference[pair.reference].beatClass
            let told = beats.found[pair.test].beatClass
            sensitivity[truth, default: Share()].add(told == truth)
            if truth != .unclassifiable { predictivity[told, default: Share()].add(told == truth) }
        }
        for place in beats.pairing.missed { sensitivity[beats.reference[place].beatClass, default: Share()].add(false) }
        for place in beats.pairing.extra { predictivity[beats.found[place].beatClass, default: Share()].add(false) }
    }

    public func report() -> TableReport {
        var report = TableReport(
            name: name, title: "Classes of beats",
            definition: """
                mitdb after the first 5 minutes: of the reference's beats of a class those told as that class, missed \
                beats counting against it (Se), and of the beats told as the class those that are so, false beats \
                counting against it (+P).
                """,
            columns: ["class", "beats", "Se %", "told", "+P %"])
        for beatClass in Self.classes {
            let found = sensitivity[beatClass] ?? Share()
            let right = predictivity[beatClass] ?? Share()
            guard found.cases > 0 || right.cases > 0 else { continue }
            report.append(
                [
                    beatClass.rawValue, "\(found.cases)", Printed.percent(found, digits: 2), "\(right.cases)",
                    Printed.percent(right, digits: 2),
                ],
                figure(beatClass, "Se", found), figure(beatClass, "+P", right))
        }
        return report
    }

    private func figure(_ beatClass: BeatClass, _ measure: String, _ share: Share) -> Figure? {
        share.percent.map {
            Figure(
                "classes/mitdb/\(beatClass.rawValue)/\(measure)", $0, unit: "%", better: .high,
                margin: Self.marginPoints)
        }
    }
}
