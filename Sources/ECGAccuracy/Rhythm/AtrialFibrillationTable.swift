import ECGFormats
import ECGModel

/// Atrial fibrillation by duration, as EC57 compares it: seconds in which both call it, of the reference's and of the
/// analyser's. Annotated atrial flutter is left out on both sides: its ventricles may be regular, and the analyser does
/// not tell it apart.
public struct AtrialFibrillationTable: AccuracyTable {
    public let name = "atrial"
    public let sets = ["cpsc2021", "mitdb"]

    private static let marginPoints = 1.0

    /// In seconds.
    private struct Score {
        var records = 0
        var reference = 0.0
        var told = 0.0
        var both = 0.0
        var episodes = Share()
    }
    private var scores: [String: Score] = [:]

    public init() {}

    public mutating func add(_ analysed: AnalysedSubject, from recordings: RecordingFolder) throws {
        guard let set = analysed.subject.set, let annotations = try recordings.annotations("atr", of: analysed)
        else { return }
        let reference = RhythmReference(annotations, sampleCount: analysed.samples.count)
        let truth = reference.episodes(of: RhythmReference.atrialFibrillation)
        let flutter = reference.episodes(of: RhythmReference.atrialFlutter)
        let told = analysed.episodes(of: [.atrialFibrillation])
        func common(_ a: [Episode], _ b: [Episode]) -> Double {
            let samples = a.reduce(0) { sum, episode in sum + b.reduce(0) { $0 + episode.overlap(with: $1) } }
            return Double(samples) / analysed.samplingRate.value
        }
        let whole = [Episode(0, analysed.samples.count)]
        scores[set, default: Score()].records += 1
        scores[set]?.reference += common(truth, whole)
        scores[set]?.told += common(told, whole) - common(told, flutter)
        scores[set]?.both += common(truth, told)
        for episode in truth { scores[set]?.episodes.add(told.contains { $0.overlaps(episode) }) }
    }

    public func report() -> TableReport {
        var report = TableReport(
            name: name, title: "Atrial fibrillation",
            definition: """
                By duration: of the annotated seconds of fibrillation those told (Se), of those told the annotated ones \
                (+P), annotated atrial flutter left out. Episodes: annotated ones that a told one touches.
                """,
            columns: ["set", "records", "annotated s", "Se %", "told s", "+P %", "episodes", "touched %"])
        for set in sets {
            guard let score = scores[set] else { continue }
            let sensitivity = score.reference > 0 ? 100 * score.both / score.reference : nil
            let predictivity = score.told > 0 ? 100 * score.both / score.told : nil
            report.append(
                [
                    set, "\(score.records)", Printed.number(score.reference, digits: 0), Printed.number(sensitivity),
                    Printed.number(score.told, digits: 0), Printed.number(predictivity), "\(score.episodes.cases)",
                    Printed.percent(score.episodes),
                ],
                sensitivity.map {
                    Figure("atrial/\(set)/Se", $0, unit: "%", better: .high, margin: Self.marginPoints)
                },
                predictivity.map {
                    Figure("atrial/\(set)/+P", $0, unit: "%", better: .high, margin: Self.marginPoints)
                })
        }
        return report
    }
}
