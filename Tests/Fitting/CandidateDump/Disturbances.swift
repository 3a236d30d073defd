/// What happens to a recording between the heart and the file, and hearts that are built differently: each drawn for
/// itself, so that a copy has some of them.
struct Disturbances {
    let noise: NoiseLibrary?
    let donors: VentricularDonors
    /// Whether it stays known where every beat starts: no rhythm is replaced by ventricular or paced beats as a whole, and
    /// premature beats from above the ventricles are set in too.
    var keepsOrigins = false

    /// Changes an excerpt in place.
    func disturb(_ recording: inout MarkedRecording, _ draws: inout SeededDraws) {
        for lead in recording.leads.indices where draws.chance(0.3) {
            for i in 0..<recording.count { recording.leads[lead][i] *= -1 }
        }
        // Another heart rate and other widths: the same samples over another time.
        recording.samplingRate *= Double(draws.ratio(0.85, 1.18))
        let seconds = Float(Double(recording.count) / recording.samplingRate)
        let heights = recording.leads.indices.map { recording.complexHeight(lead: $0) }
        var isPaced = !keepsOrigins && draws.chance(0.03)
        if !keepsOrigins, draws.chance(0.12) {
            donors.replaceAll(in: &recording, heights: heights, &draws)
            isPaced = draws.chance(0.6)
        }
        if draws.chance(0.6) {
            for _ in 0..<1 + Int(seconds * draws.uniform(0.01, 0.15)) {
                donors.transplant(into: &recording, heights: heights, &draws)
            }
        }
        if keepsOrigins, draws.chance(0.4) {
            for _ in 0..<1 + Int(seconds * draws.uniform(0.01, 0.1)) { PrematureBeats.add(to: &recording, &draws) }
        }
        if draws.chance(0.25) { widen(&recording, &draws) }
        if draws.chance(0.3) { raiseSlowWaves(&recording, &draws) }
        if draws.chance(0.1) { addAtrialWaves(&recording, heights, &draws) }
        if draws.chance(0.3) { dropBeats(&recording, &draws) }
        if draws.chance(0.3) { changeAmplitude(&recording, &draws) }
        if isPaced { addPacingSpikes(&recording, heights, &draws) }
        if draws.chance(0.1) { moveElectrodes(&recording, heights, &draws) }
        if draws.chance(0.55) { addNoise(&recording, heights, &draws) }
        if draws.chance(0.15) { addMains(&recording, heights, &draws) }
        if recording.leads.count > 1, draws.chance(0.05) { loseLead(&recording, heights, &draws) }
    }

    /// Slow conduction: complexes smoothed over 20 to 50 ms.
    private func widen(_ recording: inout MarkedRecording, _ draws: inout SeededDraws) {
        let seconds = Double(draws.uniform(0.02, 0.05))
        for lead in recording.leads.indices { recording.leads[lead] = recording.smoothed(lead: lead, seconds: seconds) }
    }

    /// Tall P and T waves: what is slower than a QRS complex and faster than the base line, amplified.
    private func raiseSlowWaves(_ recording: inout MarkedRecording, _ draws: inout SeededDraws) {
        let gain = draws.uniform(-0.6, 2)
        for lead in recording.leads.indices {
            let slow = recording.smoothed(lead: lead, seconds: 0.09)
            let base = recording.smoothed(lead: lead, seconds: 0.7)
            for i in slow.indices { recording.leads[lead][i] += gain * (slow[i] - base[i]) }
        }
    }

    /// Flutter or fibrillatory waves, 240 to 420 a minute.
    private func addAtrialWaves(_ recording: inout MarkedRecording, _ heights: [Float], _ draws: inout SeededDraws) {
        let size = draws.ratio(0.04, 0.3)
        let jitter = draws.chance(0.5) ? Float(0) : 0.02
        let shares = recording.leads.indices.map { _ in draws.uniform(-1, 1) }
        var step = draws.uniform(4, 7) / Float(recording.samplingRate)
        var phase: Float = 0
        for i in 0..<recording.count {
            phase += step
            if phase >= 1 { phase -= 1 }
            if jitter > 0 {
                step = min(max(step * (1 + jitter * draws.normal()), 0.5 * step), 8 / Float(recording.samplingRate))
            }
            // A slow fall and a steep rise.
            let wave = phase < 0.7 ? 0.5 - phase / 0.7 : (phase - 0.7) / 0.3 - 0.5
            for lead in recording.leads.indices {
                recording.leads[lead][i] += size * shares[lead] * heights[lead] * wave
            }
        }
    }

    /// P waves that are not conducted, and pauses: the QRS complex and T wave of some beats are cut out.
    private func dropBeats(_ recording: inout MarkedRecording, _ draws: inout SeededDraws) {
        let share = draws.ratio(0.02, 0.3)
        let keepsP = draws.chance(0.6)
        let before = Int((keepsP ? 0.06 : 0.25) * recording.samplingRate)
        // Now and then the ventricles stand still for some seconds.
        let start = draws.index(below: recording.count)
        let stands =
            draws.chance(0.5) ? start...start + Int(Double(draws.uniform(2, 10)) * recording.samplingRate) : nil
        var kept: [MarkedRecording.Mark] = []
        for (k, mark) in recording.marks.enumerated() {
            let next = k + 1 < recording.marks.count ? recording.marks[k + 1].sample : recording.count
            let after = min(Int(0.5 * recording.samplingRate), next - mark.sample - Int(0.22 * recording.samplingRate))
            let first = mark.sample - before
            let last = mark.sample + after
            guard draws.chance(share) || stands?.contains(mark.sample) == true, first > 0, last < recording.count,
                after > Int(0.3 * recording.samplingRate)
            else {
                kept.append(mark)
                continue
            }
            for lead in recording.leads.indices {
                let a = recording.leads[lead][first]
                let b = recording.leads[lead][last]
                for i in first...last {
                    let part = Float(i - first) / Float(last - first)
                    // A tenth of what was there: a bare line would give the cut away.
                    let line = a + (b - a) * part
                    recording.leads[lead][i] = line + (keepsP ? 0 : 0.02) * (recording.leads[lead][i] - line)
                }
            }
        }
        recording.marks = kept
    }

    /// Contact or posture: the amplitude of one lead or of all becomes another within 0 to 2 s.
    private func changeAmplitude(_ recording: inout MarkedRecording, _ draws: inout SeededDraws) {
        let only = draws.chance(0.5) ? draws.index(below: recording.leads.count) : nil
        var next = draws.uniform(2, 40)
        var from: Float = 1
        var to: Float = 1
        var start: Float = 0
        var ramp: Float = 1
        for i in 0..<recording.count {
            let t = Float(Double(i) / recording.samplingRate)
            if t >= next {
                from = to
                to = draws.ratio(0.2, 2)
                start = t
                ramp = draws.ratio(0.02, 2)
                next = t + draws.uniform(4, 60)
            }
            let gain = from + (to - from) * min(1, (t - start) / ramp)
            for lead in recording.leads.indices where only == nil || only == lead { recording.leads[lead][i] *= gain }
        }
    }

    /// A pacemaker's spikes of 1 to 2 ms before each complex or where they please.
    private func addPacingSpikes(_ recording: inout MarkedRecording, _ heights: [Float], _ draws: inout SeededDraws) {
        let size = draws.ratio(0.3, 5)
        let signs = recording.leads.indices.map { _ in draws.sign() * draws.uniform(0.3, 1) }
        let samples = max(1, Int(0.002 * recording.samplingRate))
        var at: [Int] = []
        if draws.chance(0.97) {
            // Of the ventricle, or seldom of the atrium.
            let isVentricular = draws.chance(0.97)
            let ahead = isVentricular ? draws.uniform(0.02, 0.14) : draws.uniform(0.12, 0.2)
            at = recording.marks.map { $0.sample - Int(ahead * Float(recording.samplingRate)) }
            for k in recording.marks.indices where isVentricular && at[k] >= 0 {
                recording.marks[k].sample = at[k]
                recording.marks[k].isPaced = true
            }
        } else {
            let interval = Double(draws.uniform(0.6, 1.2))
            at = Array(stride(from: 0, to: recording.count, by: Int(interval * recording.samplingRate)))
        }
        for first in at where first >= 0 {
            for lead in recording.leads.indices {
                let height = size * signs[lead] * heights[lead]
                for i in first..<min(recording.count, first + samples) { recording.leads[lead][i] += height }
                // The electrode's after-potential decays within tens of milliseconds.
                var tail = -0.06 * height
                let decay = 1 - 1 / Float(0.02 * recording.samplingRate)
                var i = first + samples
                while i < recording.count, abs(tail) > 0.001 * abs(height) {
                    recording.leads[lead][i] += tail
                    tail *= decay
                    i += 1
                }
            }
        }
    }

    /// Jumps that decay, as pushed and pulled electrodes give. Slower than a QRS complex: sharp ones with a slow end
    /// look like paced complexes, and fits that had learned to reject them missed half of a paced recording.
    private func moveElectrodes(_ recording: inout MarkedRecording, _ heights: [Float], _ draws: inout SeededDraws) {
        var t = draws.uniform(0, 15)
        while Double(t) * recording.samplingRate < Double(recording.count) {
            let first = Int(Double(t) * recording.samplingRate)
            let only = draws.chance(0.6) ? draws.index(below: recording.leads.count) : nil
            let rise = draws.ratio(0.06, 0.4) * Float(recording.samplingRate)
            let decay = draws.ratio(0.1, 1.5) * Float(recording.samplingRate)
            let last = min(recording.count, first + Int(5 * decay))
            for lead in recording.leads.indices where only == nil || only == lead {
                let height = draws.sign() * draws.ratio(0.3, 6) * heights[lead]
                for i in first..<last {
                    let d = Float(i - first)
                    recording.leads[lead][i] += height * Float.pow2(-1.44 * d / decay) * min(1, d / rise)
                }
            }
            t += draws.ratio(0.3, 40)
        }
    }

    /// Real electrodes' noise, coming and going.
    private func addNoise(_ recording: inout MarkedRecording, _ heights: [Float], _ draws: inout SeededDraws) {
        guard let noise else { return }
        var first = 0
        while first < recording.count {
            let length = Int(Double(draws.ratio(2, 60)) * recording.samplingRate)
            let last = min(recording.count, first + length)
            if draws.chance(0.6) {
                for lead in recording.leads.indices where draws.chance(0.8) {
                    let size = draws.ratio(0.012, 0.35) * heights[lead]
                    let stretch = noise.stretch(last - first, rate: recording.samplingRate, &draws)
                    for i in first..<last { recording.leads[lead][i] += size * stretch[i - first] }
                }
            }
            first = last
        }
    }

    private func addMains(_ recording: inout MarkedRecording, _ heights: [Float], _ draws: inout SeededDraws) {
        let cycle = Float((draws.chance(0.6) ? 50 : 60) / recording.samplingRate)
        for lead in recording.leads.indices {
            let size = draws.ratio(0.02, 0.6) * heights[lead]
            var phase: Float = 0
            for i in 0..<recording.count {
                phase += cycle
                if phase >= 1 { phase -= 1 }
                // A parabola for a sine: the third harmonic does not matter here.
                let wave = phase < 0.5 ? 16 * phase * (0.5 - phase) : -16 * (phase - 0.5) * (1 - phase)
                recording.leads[lead][i] += size * wave
            }
        }
    }

    /// An electrode falls off for a while: a line, or hum and nothing else.
    private func loseLead(_ recording: inout MarkedRecording, _ heights: [Float], _ draws: inout SeededDraws) {
        let lead = draws.index(below: recording.leads.count)
        let first = draws.index(below: recording.count)
        let last = min(recording.count, first + Int(Double(draws.ratio(3, 60)) * recording.samplingRate))
        let level = draws.normal() * 5 * heights[lead]
        let unrest = draws.chance(0.5) ? draws.ratio(0.02, 2) * heights[lead] : 0
        for i in first..<last { recording.leads[lead][i] = level + unrest * draws.normal() }
    }
}
