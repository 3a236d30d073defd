import ECGSignal

/// What a candidate should have been called.
struct CandidateLabels {
    struct Verdict {
        var isBeat: Bool
        /// 0 where the marks do not say.
        var weight: Float
        /// Ventricular or paced.
        var isVentricular = false
    }

    /// The candidate of a mark lies this near to it; EC57 pairs within 150 ms.
    private static let reachSeconds = 0.13
    /// Other candidates within the complex are neither right nor wrong.
    private static let complexSeconds = 0.1
    /// A mark without a candidate leaves this open around it.
    private static let lostSeconds = 0.2
    /// Of two candidates 50 ms apart the farther must have twice the envelope to be the mark's.
    private static let secondsPerDoubling = 0.05
    /// A mark's candidate this far below the usual ones, as log2, cannot be what was marked.
    private static let invisible: Float = 4
    /// Databases mark elsewhere in the complex; no more than this is taken off.
    private static let greatestOffsetSeconds = 0.06

    static func verdicts(
        _ candidates: [CandidateRecorder.Candidate], in recording: MarkedRecording
    ) -> [Verdict] {
        let rate = recording.samplingRate
        var verdicts = candidates.map { Verdict(isBeat: false, weight: $0.isRefractory ? 0 : 1) }
        let offset = usualOffset(candidates, recording)
        var first = 0
        var owners: [Int?] = []
        for mark in recording.marks {
            let centre = mark.sample + offset
            while first < candidates.count, Double(candidates[first].sample - centre) < -lostSeconds * rate {
                first += 1
            }
            var best: Int?
            var bestValue = -Float.infinity
            var k = first
            while k < candidates.count, Double(candidates[k].sample - centre) <= lostSeconds * rate {
                let after = Double(candidates[k].sample - (mark.isPaced ? mark.sample : centre)) / rate
                let distance = mark.isPaced && after > 0 ? 0 : abs(after)
                if abs(after) <= reachSeconds {
                    let value = candidates[k].level - Float(distance / secondsPerDoubling)
                    if value > bestValue {
                        bestValue = value
                        best = k
                    }
                }
                k += 1
            }
            let near = (mark.isPaced ? reachSeconds : complexSeconds) * rate
            for k in first..<k where best == nil || abs(Double(candidates[k].sample - centre)) < near {
                verdicts[k].weight = 0
            }
            owners.append(best)
        }
        for (mark, owner) in zip(recording.marks, owners) {
            guard let owner else { continue }
            verdicts[owner] = Verdict(
                isBeat: true, weight: candidates[owner].isRefractory ? 0 : 1,
                isVentricular: mark.isVentricular || mark.isPaced)
        }
        // Marks that go on where the electrode is off: nobody can see a beat there.
        let levels = verdicts.indices.filter { verdicts[$0].isBeat }.map { candidates[$0].level }.sorted()
        if let usual = levels.isEmpty ? nil : levels[levels.count / 2] {
            for k in candidates.indices where verdicts[k].isBeat && candidates[k].level < usual - invisible {
                verdicts[k].weight = 0
            }
        }
        for span in recording.unknown {
            for k in candidates.indices where span.contains(candidates[k].sample) { verdicts[k].weight = 0 }
        }
        return verdicts
    }

    /// The median distance of the highest candidate near a mark from the mark.
    private static func usualOffset(_ candidates: [CandidateRecorder.Candidate], _ recording: MarkedRecording) -> Int {
        let reach = Int(reachSeconds * recording.samplingRate)
        var distances: [Int] = []
        var first = 0
        for mark in recording.marks {
            while first < candidates.count, candidates[first].sample < mark.sample - reach { first += 1 }
            var best: CandidateRecorder.Candidate?
            var k = first
            while k < candidates.count, candidates[k].sample <= mark.sample + reach {
                if best.map({ $0.level < candidates[k].level }) ?? true { best = candidates[k] }
                k += 1
            }
            if let best { distances.append(best.sample - mark.sample) }
        }
        guard distances.count > 4 else { return 0 }
        distances.sort()
        let limit = Int(greatestOffsetSeconds * recording.samplingRate)
        return min(max(distances[distances.count / 2], -limit), limit)
    }
}
