import ECGModel

/// Finds the stimulus of a pacemaker before a beat.
///
/// A stimulus lasts 0.5 to 2 ms; after a recorder's low-pass filter it is a deflection or a step of a few milliseconds in
/// many leads at once, out of a quiet line. No QRS complex turns so sharply so soon after rest. Its size says nothing:
/// between two samples it may vanish, and bipolar leads give a tenth of a millivolt. One look at the raw samples before
/// each beat costs nothing between beats. Hum, which bends the line at every instant, is taken off before.
///
/// On Holter tape a stimulus becomes a wave of 15 ms. It is believed where a slow wave larger than itself follows, which
/// no R wave has behind it, or where others came at the same distance from their R peaks. At 250 Hz every second
/// stimulus is missed, below ``leastRate`` there is nothing to be seen, nor where a recorder has smoothed it away.
struct PacingSpikeDetector: Sendable {
    /// Three samples must fit into the bend of a stimulus.
    static let leastRate: Hertz = 240
    /// The stimulus comes at most this long before the R peak of the complex that it starts: 60 ms to the onset, and 120 ms
    /// from there to the peak of a wide complex. A stimulus of the atria comes earlier. The R peak may have been put on the
    /// stimulus.
    private static let earliest = Milliseconds(180)
    private static let latest = Milliseconds(24)
    /// The R peak of a paced complex is looked for around this long after the stimulus.
    private static let usualDelay = Milliseconds(70)
    /// How far on both sides the line is compared with an instant to see a sharp bend, and a wide one.
    private static let sharpReach = Milliseconds(5)
    private static let wideReach = Milliseconds(16)
    /// The rest before the stimulus: from this long before it to this long before it.
    private static let restStart = Milliseconds(60)
    private static let restEnd = Milliseconds(14)
    /// A flank may be found before the highest point, which follows within this time.
    private static let rise = Milliseconds(8)

    /// What makes a bend a stimulus. On the open halves of LUDB, PTB-XL, the Challenge of 2020 and MIT-BIH, stimuli have a
    /// sharpness of 0.4 (tape) to 1.1 and stand out of the rest by 5 to 100; of the 480 unpaced 12-lead recordings there one
    /// has more than a single beat beyond these limits.
    private struct Limits {
        /// The sharp bend as a part of the wide one: 1 in a deflection or a step that both reaches span.
        var sharpness: ClosedRange<Float>
        /// How many times the largest bend in the rest before.
        var overRest: Float
        /// How large the bend is, in millivolts.
        var bend: Float
        /// How many times as high as the stimulus the slow wave is that it starts.
        var response: Float
    }
    private static let certain = Limits(sharpness: 0.6...1.3, overRest: 6, bend: leastBend, response: 0)
    private static let onTape = Limits(sharpness: 0.4...1.3, overRest: 4, bend: 0.1, response: 1.2)
    /// What is believed in a recording whose beats have been seen to be paced.
    private static let expected = Limits(sharpness: 0.4...1.5, overRest: 3, bend: leastBend, response: 0)
    /// Where the slow wave is looked at, after the stimulus.
    private static let responseStart = Milliseconds(50)
    private static let responseEnd = Milliseconds(90)
    /// Bends below this mean over the leads are noise, in millivolts; the second term keeps quotients finite.
    private static let leastBend: Float = 0.04
    private static let quantisation: Float = 0.005

    /// Stimuli follow each other at the same distance from the R peak within this time.
    private static let couplingSpread = Milliseconds(24)
    /// Evidence of two coupled stimuli makes a rhythm paced; a beat without one takes half of a stimulus away. No more is
    /// gathered than six beats without a stimulus use up, as a pacemaker that is inhibited by faster beats leaves them.
    private static let pacedEvidence: Float = 2
    private static let mostEvidence: Float = 4
    private static let lossOfBeat: Float = 0.5

    /// A complex that the stimulus has captured reaches from the lowest to the highest point, in the lead where that is most,
    /// at least so many millivolts (monitors must not take 0.15 mV for a complex, IEC 60601-2-27) and this part of what is
    /// usual, which P waves do not. It is looked for from before the stimulus, which may come into a complex of the heart's
    /// own, to the end of a wide one.
    private static let leastComplexMillivolts: Float = 0.15
    private static let leastComplexPart: Float = 0.35
    private static let complexBefore = Milliseconds(60)
    private static let complexAfter = Milliseconds(200)
    private static let complexShare: Float = 0.2

    /// What is found before a beat.
    struct Finding {
        /// Found anew where there was a stimulus.
        var rPeak: SampleIndex
        /// It has a stimulus, and it is not the first of its kind.
        var isPaced = false
        /// There is nothing but a stimulus.
        var isStimulusAlone = false
    }

    private let isPossible: Bool
    private let scale: Float
    private let samplingRate: Hertz
    private var evidence: Float = 0
    private(set) var isRhythmPaced = false
    private var coupling: Int?
    /// The size of the complexes after short stimuli, in millivolts.
    private var usualComplex: Float = 0

    init(channelCount: Int, samplingRate: Hertz) {
        self.samplingRate = samplingRate
        isPossible = samplingRate >= Self.leastRate
        scale = 1 / Float(channelCount)
    }

    /// Looks for a stimulus before an R peak. A short one is taken out of the ring, so that onset, R peak and ST levels are
    /// those of the heart.
    ///
    /// - Parameters:
    ///   - centre: the middle of the complex.
    ///   - weights: how much each lead counts in finding the R peak.
    ///   - hum: that of the mains, which bends the line as sharply as a stimulus does.
    ///   - channels: those that may show a complex, as bits.
    mutating func examine(
        _ rPeak: SampleIndex, centre: SampleIndex, weights: SIMD16<Float>, hum: MainsHum.Located, channels: UInt16,
        in ring: inout SampleRing
    ) -> Finding {
        guard isPossible else { return Finding(rPeak: rPeak) }
        guard let bend = ring.withView({ sharpestBend(before: rPeak, hum, in: $0) }), isStimulus(bend) else {
            evidence = max(0, evidence - Self.lossOfBeat)
            if evidence == 0 { isRhythmPaced = false }
            return Finding(rPeak: rPeak)
        }
        var peak = rPeak
        if bend.sharpness >= Self.bridgedSharpness, bridge(bend.sample, hum, in: &ring) {
            let size = ring.withView { complexSize(around: bend.sample, hum, channels, in: $0) }
            guard isAnswer(size) else { return Finding(rPeak: rPeak, isStimulusAlone: true) }
            usualComplex += (size - usualComplex) * (usualComplex == 0 ? 1 : Self.complexShare)
            peak = RPeak.locate(
                near: max(centre, bend.sample + samples(Self.usualDelay)), in: ring, weights: weights,
                samplingRate: samplingRate)
        }
        let isCoupled = coupling.map { abs(peak - bend.sample - $0) <= samples(Self.couplingSpread) } ?? true
        coupling = peak - bend.sample
        evidence = isCoupled ? min(Self.mostEvidence, evidence + 1) : max(1, evidence - Self.lossOfBeat)
        if evidence >= Self.pacedEvidence { isRhythmPaced = true }
        return Finding(rPeak: peak, isPaced: isRhythmPaced)
    }

    /// Whether a complex follows a short stimulus at a candidate that was refused, in a rhythm that is known as paced.
    func isAnswered(
        near rPeak: SampleIndex, hum: MainsHum.Located, channels: UInt16, in ring: SampleRing
    ) -> Bool {
        guard isPossible, isRhythmPaced else { return false }
        return ring.withView { ring in
            guard let bend = sharpestBend(before: rPeak, hum, in: ring), isStimulus(bend),
                bend.sharpness >= Self.bridgedSharpness
            else { return false }
            return isAnswer(complexSize(around: bend.sample, hum, channels, in: ring))
        }
    }

    private func isAnswer(_ size: Float) -> Bool {
        size >= max(Self.leastComplexMillivolts, Self.leastComplexPart * usualComplex)
    }

    /// From the lowest to the highest point around a stimulus, what is bridged left out, in the lead where that is most, less
    /// the hum and the straight line through the ends.
    private func complexSize(
        around stimulus: SampleIndex, _ hum: MainsHum.Located, _ channels: UInt16, in ring: SampleRing.View
    ) -> Float {
        func level(_ i: SampleIndex) -> SIMD16<Float> { ring[i] - hum.value(at: i) }
        let first = max(ring.startSample, stimulus - samples(Self.complexBefore))
        let last = min(ring.endSample - 1, stimulus + samples(Self.complexAfter))
        let start = level(first)
        let slope = (level(last) - start) / Float(last - first)
        var low = SIMD16<Float>.zero
        var high = SIMD16<Float>.zero
        let bridged = stimulus - samples(Self.bridgeBefore)...stimulus + samples(Self.bridgeAfter)
        for i in first...last where !bridged.contains(i) {
            let height = level(i) - start - slope * Float(i - first)
            low = pointwiseMin(low, height)
            high = pointwiseMax(high, height)
        }
        let size = high - low
        var greatest: Float = 0
        for lane in 0..<SIMD16<Float>.scalarCount where channels >> UInt16(lane) & 1 == 1 {
            greatest = max(greatest, size[lane])
        }
        return greatest
    }

    private func isStimulus(_ bend: Bend) -> Bool {
        bend.meets(Self.certain) || bend.meets(Self.onTape) || isRhythmPaced && bend.meets(Self.expected)
    }

    private struct Bend {
        var sample: SampleIndex
        var size: Float
        var sharpness: Float
        var overRest: Float
        var response: Float

        func meets(_ limits: Limits) -> Bool {
            limits.sharpness.contains(sharpness) && overRest >= limits.overRest && size >= limits.bend
                && response >= limits.response
        }
    }

    /// The first bend of at least half the size of the largest before the R peak.
    private func sharpestBend(
        before rPeak: SampleIndex, _ hum: MainsHum.Located, in ring: SampleRing.View
    ) -> Bend? {
        let reach = samples(Self.sharpReach)
        let wideReach = samples(Self.wideReach)
        let restStart = samples(Self.restStart)
        let first = max(rPeak - samples(Self.earliest), ring.startSample + restStart + wideReach)
        let last = min(rPeak + samples(Self.latest), ring.endSample - 1 - wideReach)
        guard first < last else { return nil }
        // What is looked at again is kept: at most 205 numbers, at 1000 Hz, which lie on the stack.
        var found: (sample: SampleIndex, size: Float, rest: Float)?
        withUnsafeTemporaryAllocation(of: Float.self, capacity: last - first + 1) { bends in
            var largest: Float = 0
            for i in first...last {
                let size = bend(at: i, reach, hum, in: ring)
                bends[i - first] = size
                if size > largest { largest = size }
            }
            guard largest > Self.leastBend else { return }
            var sample = first
            while bends[sample - first] < largest / 2 { sample += 1 }
            var size = bends[sample - first]
            for i in sample...min(last, sample + samples(Self.rise)) where bends[i - first] > size {
                size = bends[i - first]
                sample = i
            }
            var rest: Float = 0
            for i in sample - restStart...sample - samples(Self.restEnd) {
                rest = max(rest, i < first ? bend(at: i, reach, hum, in: ring) : bends[i - first])
            }
            found = (sample, size, rest)
        }
        guard let (sample, size, rest) = found else { return nil }
        return Bend(
            sample: sample, size: size,
            sharpness: size / (bend(at: sample, wideReach, hum, in: ring) + Self.quantisation),
            overRest: size / (rest + Self.quantisation), response: response(to: sample, in: ring))
    }

    /// The height of the slow wave after an instant as a multiple of the line's height there, both over the rest before.
    private func response(to sample: SampleIndex, in ring: SampleRing.View) -> Float {
        var level = SIMD16<Float>.zero
        let rest = sample - samples(Self.restStart)..<sample - samples(Self.restEnd)
        for i in rest { level += ring[i] }
        level /= Float(rest.count)
        let start = sample + samples(Self.responseStart)
        let end = min(ring.endSample, sample + samples(Self.responseEnd))
        guard start < end else { return 0 }
        var sum: Float = 0
        for i in start..<end { sum += (ring[i] - level).magnitudes.total }
        return sum / Float(end - start) / ((ring[sample] - level).magnitudes.total + Self.quantisation / scale)
    }

    /// How far the line at an instant lies off the chord between its neighbours, mean over the leads, in millivolts.
    @inline(__always)
    private func bend(
        at sample: SampleIndex, _ reach: Int, _ hum: MainsHum.Located, in ring: SampleRing.View
    ) -> Float {
        var bend = ring[sample] - (ring[sample &- reach] + ring[sample &+ reach]) * 0.5
        if !hum.isSilent {
            bend -= hum.value(at: sample) - (hum.value(at: sample &- reach) + hum.value(at: sample &+ reach)) * 0.5
        }
        return bend.magnitudes.total * scale
    }

    /// Draws a straight line over the stimulus, on which the hum goes on. Returns whether the ring held all of it.
    private func bridge(_ stimulus: SampleIndex, _ hum: MainsHum.Located, in ring: inout SampleRing) -> Bool {
        let start = stimulus - samples(Self.bridgeBefore)
        let end = stimulus + samples(Self.bridgeAfter)
        guard start >= ring.startSample, end < ring.endSample else { return false }
        let level = ring[start] - hum.value(at: start)
        let step = (ring[end] - hum.value(at: end) - level) / Float(end - start)
        for i in start + 1..<end { ring[i] = level + step * Float(i - start) + hum.value(at: i) }
        return true
    }

    /// Bends as sharp as this are shorter than what is bridged; the waves on tape are not, and stay.
    private static let bridgedSharpness: Float = 0.7
    /// The stimulus and the ringing of the recorder's filter after it.
    private static let bridgeBefore = Milliseconds(8)
    private static let bridgeAfter = Milliseconds(12)

    private func samples(_ duration: Milliseconds) -> Int { max(1, duration.samples(at: samplingRate)) }
}
