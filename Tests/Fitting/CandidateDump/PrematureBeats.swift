/// Premature beats from above the ventricles: a usual beat of the recording itself, P wave to T wave, set in early. Few
/// patients of any database have them, and they differ from ventricular ones in what they share with the usual beats.
enum PrematureBeats {
    private static let beforeSeconds = 0.2
    private static let afterSeconds = 0.4
    /// Copies are taken from this many beats before.
    private static let reach = 8
    private static let rimSeconds = 0.08

    static func add(to recording: inout MarkedRecording, _ draws: inout SeededDraws) {
        guard recording.marks.count > reach + 2 else { return }
        let rate = recording.samplingRate
        let at = reach + draws.index(below: recording.marks.count - reach - 1)
        let original = recording.marks[at - 1 - draws.index(below: reach - 1)]
        let usual = recording.marks[at].sample - recording.marks[at - 1].sample
        let peak = recording.marks[at - 1].sample + Int(Float(usual) * draws.uniform(0.5, 0.82))
        let before = Int(beforeSeconds * rate)
        let after = Int(afterSeconds * rate)
        let rim = Int(rimSeconds * rate)
        guard Double(usual) > 0.5 * rate, Double(peak - recording.marks[at - 1].sample) > 0.28 * rate,
            isUsual(original), isUsual(recording.marks[at]), isUsual(recording.marks[at - 1]),
            original.sample - before > 0, peak - before > 0, peak + after < recording.count
        else { return }
        let span = peak - before..<peak + after
        let size = draws.uniform(0.9, 1.1)
        // Another origin within the atria: another P wave.
        let pSize = draws.uniform(-0.5, 1.2)
        let pEnd = Int(0.06 * rate)
        for lead in recording.leads.indices {
            let source = Array(recording.leads[lead][original.sample - before..<original.sample + after])
            let pLine = source[before - pEnd]
            let values = source.indices.map { i in
                size * (i < before - pEnd ? pLine + pSize * (source[i] - pLine) : source[i])
            }
            let firstStep = recording.leads[lead][span.lowerBound] - values[0]
            let lastStep = recording.leads[lead][span.upperBound] - values[values.count - 1]
            for i in values.indices {
                let part = Float(i) / Float(values.count)
                recording.leads[lead][span.lowerBound + i] = values[i] + firstStep * (1 - part) + lastStep * part
            }
        }
        let cut = recording.marks.filter {
            abs($0.sample - span.lowerBound) < rim || abs($0.sample - span.upperBound) < rim
        }
        recording.unknown += cut.map { $0.sample - rim...$0.sample + rim }
        recording.marks.removeAll { $0.sample > span.lowerBound - rim && $0.sample < span.upperBound + rim }
        recording.marks.append(.init(sample: peak, isSupraventricular: true))
        recording.marks.sort { $0.sample < $1.sample }
    }

    private static func isUsual(_ mark: MarkedRecording.Mark) -> Bool {
        !mark.isVentricular && !mark.isPaced && !mark.isSupraventricular && !mark.isDoubtful
    }
}
