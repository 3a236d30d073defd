/// Marked ventricular beats, to be set into other recordings: the shapes of ventricular beats differ more from heart to
/// heart than the recordings of a database can show.
struct VentricularDonors {
    private static let beforeSeconds = 0.16
    private static let afterSeconds = 0.44
    /// So that one recording with many does not stand for all.
    private static let mostPerRecording = 40

    private struct Donor {
        /// Lead, sample → multiples of the recording's usual complex.
        var leads: [[Float]]
        var samplingRate: Double
        var peak: Int
    }
    private var donors: [[Donor]] = []

    /// - Parameter takesFusions: fusions with normal beats too, which look like either.
    mutating func collect(from recording: MarkedRecording, takesFusions: Bool, _ draws: inout SeededDraws) {
        let before = Int(Self.beforeSeconds * recording.samplingRate)
        let after = Int(Self.afterSeconds * recording.samplingRate)
        let heights = recording.leads.indices.map { recording.complexHeight(lead: $0) }
        var found: [Donor] = []
        let marks = recording.marks.filter { $0.isVentricular && (takesFusions || !$0.isDoubtful) }
        for mark in marks.shuffled(using: &draws).prefix(Self.mostPerRecording) {
            let span = mark.sample - before..<mark.sample + after
            guard span.lowerBound >= 0, span.upperBound < recording.count else { continue }
            let others = recording.marks.filter { span.contains($0.sample) && $0.sample != mark.sample }
            guard others.isEmpty else { continue }
            found.append(
                Donor(
                    leads: recording.leads.indices.map { lead in
                        recording.leads[lead][span].map { $0 / heights[lead] }
                    }, samplingRate: recording.samplingRate, peak: before))
        }
        if !found.isEmpty { donors.append(found) }
    }

    /// Sets a ventricular beat, or a run of them, in the place of beats of the recording.
    func transplant(into recording: inout MarkedRecording, heights: [Float], _ draws: inout SeededDraws) {
        guard !donors.isEmpty, recording.marks.count > 3 else { return }
        let at = 1 + draws.index(below: recording.marks.count - 2)
        let usual = recording.marks[at].sample - recording.marks[at - 1].sample
        guard Double(usual) > 0.45 * recording.samplingRate else { return }
        let group = donors[draws.index(below: donors.count)]
        let donor = group[draws.index(below: group.count)]
        let size = draws.ratio(0.35, 1.4)
        let stretch = Double(draws.ratio(0.8, 1.3)) * recording.samplingRate / donor.samplingRate
        let lead0 = draws.index(below: donor.leads.count)
        let signs = recording.leads.indices.map { _ in draws.sign() }
        // A single premature beat, or a run of a tachycardia of 110 to 220 a minute.
        let runLength = draws.chance(0.15) ? 3 + draws.index(below: 10) : 1
        let interval = Int(Double(draws.uniform(0.27, 0.55)) * recording.samplingRate)
        var peak =
            recording.marks[at - 1].sample + Int(Float(usual) * (runLength > 1 ? 0.7 : draws.uniform(0.45, 1)))
        for k in 0..<runLength {
            let isLast = k == runLength - 1
            let before = Int(Double(donor.peak) * stretch)
            let after =
                isLast
                ? Int(Double(donor.leads[0].count - donor.peak - 1) * stretch) : min(interval - before, before * 2)
            guard peak - before > 0, peak + after < recording.count, after > 0 else { return }
            let jitter = draws.uniform(0.9, 1.1)
            for lead in recording.leads.indices {
                let source = donor.leads[(lead0 + lead) % donor.leads.count]
                paste(
                    source, peak: donor.peak, stretch: stretch,
                    scale: size * jitter * heights[lead] * signs[lead], into: &recording.leads[lead],
                    span: peak - before..<peak + after, at: peak)
            }
            // What lies under the transplant is gone, but a complex at its rim is cut in half.
            let rim = Int(0.08 * recording.samplingRate)
            let cut = recording.marks.filter {
                abs($0.sample - (peak - before)) < rim || abs($0.sample - (peak + after)) < rim
            }
            recording.unknown += cut.map { $0.sample - rim...$0.sample + rim }
            recording.marks.removeAll { $0.sample > peak - before - rim && $0.sample < peak + after + rim }
            recording.marks.append(.init(sample: peak, isVentricular: true))
            peak += interval + Int(draws.normal() * 0.01 * Float(recording.samplingRate))
        }
        recording.marks.sort { $0.sample < $1.sample }
    }

    /// Sets one ventricular shape in the place of every beat: paced and idioventricular rhythms, as many as there are
    /// donors, with the rhythm and noise of the recording.
    func replaceAll(in recording: inout MarkedRecording, heights: [Float], _ draws: inout SeededDraws) {
        guard !donors.isEmpty else { return }
        let group = donors[draws.index(below: donors.count)]
        let donor = group[draws.index(below: group.count)]
        let size = draws.ratio(0.3, 1.4)
        let stretch = Double(draws.ratio(0.8, 1.3)) * recording.samplingRate / donor.samplingRate
        let lead0 = draws.index(below: donor.leads.count)
        let signs = recording.leads.indices.map { _ in draws.sign() }
        let before = Int(Double(donor.peak) * stretch)
        let full = Int(Double(donor.leads[0].count - donor.peak - 1) * stretch)
        for k in recording.marks.indices {
            let peak = recording.marks[k].sample
            let next = k + 1 < recording.marks.count ? recording.marks[k + 1].sample : recording.count
            let after = min(full, next - peak - before - 1)
            guard peak - before > 0, after > before / 2, peak + after < recording.count else {
                recording.unknown.append(max(0, peak - before)...peak + before)
                continue
            }
            let jitter = draws.uniform(0.93, 1.07)
            for lead in recording.leads.indices {
                paste(
                    donor.leads[(lead0 + lead) % donor.leads.count], peak: donor.peak, stretch: stretch,
                    scale: size * jitter * heights[lead] * signs[lead], into: &recording.leads[lead],
                    span: peak - before..<peak + after, at: peak)
            }
            recording.marks[k].isVentricular = true
        }
    }

    private func paste(
        _ source: [Float], peak donorPeak: Int, stretch: Double, scale: Float, into lead: inout [Float],
        span: Range<Int>, at peak: Int
    ) {
        func value(_ i: Int) -> Float {
            let position = min(max(0, Double(donorPeak) + Double(i - peak) / stretch), Double(source.count - 1) - 1e-6)
            let below = Int(position)
            let part = Float(position - Double(below))
            return scale * (source[below] * (1 - part) + source[min(below + 1, source.count - 1)] * part)
        }
        // The ends are joined to what was there by a straight line under the transplant.
        let firstStep = lead[span.lowerBound] - value(span.lowerBound)
        let lastStep = lead[span.upperBound] - value(span.upperBound)
        let length = Float(span.count)
        for i in span {
            let part = Float(i - span.lowerBound) / length
            lead[i] = value(i) + firstStep * (1 - part) + lastStep * part
        }
    }
}
