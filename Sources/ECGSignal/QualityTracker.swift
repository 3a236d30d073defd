import ECGModel

/// Judges every channel once a second on its raw samples: contact, clipping, hum, noise between the beats, baseline.
struct QualityTracker: Sendable {
    /// A channel that moves less than this in a second, in millivolts, is not connected: what is left is the noise of an
    /// amplifier. In TELE's seconds without contact it is 0.008 to 0.014 mV; a patient without a heartbeat still breathes.
    private static let constantMillivolts: Float = 0.02
    /// An input without contact drifts to the converter's end and is constant there: beyond this level it is clipped.
    private static let farMillivolts: Float = 10
    /// A second in which this part of a channel's samples is missing has no signal.
    private static let missingPart: Float = 0.5
    /// A narrow QRS complex is lost where all channels miss so much. Where they are constant, nothing may have beaten: that
    /// is a gap after so many seconds.
    private static let shortestGap = Milliseconds(80)
    private static let constantSeconds = 3
    /// A rail is where a channel rests at its extreme for this part of a second…
    private static let railPart: Float = 0.08
    /// … which lies off its mean level by this part of its range, or where it rests for most of the second: the flat line
    /// between upright complexes is an extreme too.
    private static let railDistancePart: Float = 0.35
    private static let longRailPart: Float = 0.6
    /// … and the signal is larger than this: small quantised signals often repeat their extremes.
    private static let railRangeMillivolts: Float = 2

    /// What hum, muscle noise and drift of the baseline must reach to be told, and where the lead's ST levels are no longer
    /// evidence, in millivolts. Hum is estimated and taken off each beat before it is averaged, so that 1 mV of it leaves an
    /// error of some 0.02 mV; of muscle noise an average of eight beats leaves a fifth in a level. The limits of drift are
    /// those of the level's movement from one second to the next.
    private struct Limits {
        var told: Float
        var unusable: Float
    }
    private static let hum = Limits(told: 0.1, unusable: 1)
    private static let muscle = Limits(told: 0.05, unusable: 0.2)
    private static let drift = Limits(told: 1, unusable: 2)
    /// Hum of this many millivolts bends the line as a small stimulus of a pacemaker does.
    private static let coveringHum: Float = 0.04
    /// Share of a new second in the running noise measures: memory of about four seconds.
    private static let share: Float = 0.25

    /// A channel is disturbed in a second in which its level is spread by more than this, in millivolts, and has not come
    /// back from one half to the other or from the second before. Wide beats spread it too, but evenly: in vfdb's
    /// ventricular tachycardias 0 to 12 % of the seconds are called disturbed. Together with loss of contact this finds
    /// 65 % of the seconds in TELE's artefact masks and 3 % of those outside.
    private static let spreadMillivolts: Float = 0.7
    private static let shiftMillivolts: Float = 0.5
    /// The score of a channel in such a second: half of what is usable.
    private static let disturbedScore = 0.25
    /// Noise in which a QRS complex of 0.5 mV is lost, root mean square in millivolts.
    private static let drowningMillivolts: Float = 0.2

    private let channelCount: Int
    private let grid: SecondsLook.Grid
    private var missingInSecond = SIMD16<Float>.zero
    private let shortestGapSamples: Int
    /// The instants up to this one, as many, had no sample of any channel.
    private var lastBlank: SampleIndex = 0
    private var blankSamples = 0
    /// Seconds since the last one with a signal in any channel.
    private var secondsOff = 0
    /// The end of the last stretch in which no channel had a signal: nobody knows what the heart did there.
    private(set) var gapEnd: SampleIndex = 0
    /// Whether most of the last second is missing in all channels.
    private(set) var isBlank = false
    private var seconds = 0
    private var previousMean = SIMD16<Float>.zero
    private var hum = SIMD16<Float>.zero
    private var muscle = SIMD16<Float>.zero
    private var drift = SIMD16<Float>.zero
    /// By channel, of the last second.
    private var isOff: UInt16 = 0
    private var isSaturated: UInt16 = 0
    private var isDisturbed: UInt16 = 0

    init(channelCount: Int, samplingRate: Hertz) {
        self.channelCount = channelCount
        grid = SecondsLook.Grid(samplingRate: samplingRate)
        shortestGapSamples = Self.shortestGap.samples(at: samplingRate)
    }

    /// - Parameters:
    ///   - missing: the channels without a sample.
    ///   - sample: the instant of which.
    @inline(__always)
    mutating func note(missing: SIMDMask<SIMD16<Int32>>, at sample: SampleIndex) {
        missingInSecond.replace(with: missingInSecond + 1, where: missing)
        let missingChannels = SIMD16<Int32>.zero.replacing(with: 1, where: missing).wrappedSum()
        guard missingChannels == channelCount else { return }
        // Blocks in which nothing is missing are not noted here.
        blankSamples = sample == lastBlank + 1 ? blankSamples + 1 : 1
        lastBlank = sample
        if blankSamples >= shortestGapSamples { gapEnd = sample + 1 }
    }

    /// Whether at least one channel of the last second is connected and quiet enough to have shown a beat.
    var isTrusted: Bool { isOff | isSaturated | isDisturbed != allChannels }

    /// Whether a channel hums so much that it covers what is as short as a stimulus.
    var isHumming: Bool { hum.max() > Self.coveringHum }

    /// The channels that were connected and did not drift in the last second; all where there are none.
    var steadyChannels: UInt16 {
        let steady = allChannels & ~(isOff | isSaturated | isDisturbed)
        return steady == 0 ? allChannels : steady
    }

    private var allChannels: UInt16 { UInt16(truncatingIfNeeded: 1 << channelCount - 1) }

    /// Judges the last `count` instants of the ring, a second or what is left of it at the end; less than half a second
    /// says too little.
    mutating func assess(_ ring: SampleRing, count: Int) {
        defer { missingInSecond = .zero }
        let start = max(ring.startSample + 2 * grid.stride, ring.endSample - count)
        let tenths = (ring.endSample - start) / (grid.looksPerTenth * grid.stride)
        guard tenths * 2 >= SecondsLook.Grid.tenths else { return }
        (isOff, isSaturated, isDisturbed) = (0, 0, 0)
        ring.withView { view in
            for lane in stride(from: 0, to: channelCount, by: 4) {
                let look = SecondsLook(
                    of: view, quad: lane / 4, from: start, tenths: tenths, grid: grid,
                    railRange: Self.railRangeMillivolts)
                for offset in 0..<min(4, channelCount - lane) {
                    judge(
                        lane + offset, look, offset,
                        isMissing: missingInSecond[lane + offset] > Float(count) * Self.missingPart)
                }
            }
        }
        secondsOff = isOff == allChannels ? secondsOff + 1 : 0
        if secondsOff >= Self.constantSeconds { gapEnd = ring.endSample }
        isBlank = (0..<channelCount).allSatisfy { missingInSecond[$0] > Float(count) * Self.missingPart }
        seconds += 1
    }

    private mutating func judge(_ lane: Int, _ look: SecondsLook, _ offset: Int, isMissing: Bool) {
        let bit: UInt16 = 1 << UInt16(lane)
        let level = look.mean[offset]
        let range = look.highest[offset] - look.lowest[offset]
        let isConstant = range < Self.constantMillivolts
        if isMissing || isConstant && level.magnitude < Self.farMillivolts {
            isOff |= bit
        } else if isConstant || range > Self.railRangeMillivolts && isAtRail(look, offset, range: range) {
            isSaturated |= bit
        }
        let noise = look.noisePower[offset].squareRoot()
        let movement = seconds == 0 ? 0 : (level - previousMean[lane]).magnitude
        let hasShifted = max(movement, look.halvesApart[offset]) > Self.shiftMillivolts
        if look.spread[offset] > Self.spreadMillivolts && hasShifted || noise > Self.drowningMillivolts {
            isDisturbed |= bit
        }
        let share: Float = seconds == 0 ? 1 : Self.share
        hum[lane] += (look.humPower[offset].squareRoot() - hum[lane]) * share
        muscle[lane] += (noise - muscle[lane]) * share
        drift[lane] += (movement - drift[lane]) * share
        previousMean[lane] = level
    }

    private func isAtRail(_ look: SecondsLook, _ offset: Int, range: Float) -> Bool {
        func rests(_ part: Float, _ distance: Float) -> Bool {
            part > Self.railPart && (part > Self.longRailPart || distance > range * Self.railDistancePart)
        }
        return rests(look.restPart.atLowest[offset], look.mean[offset] - look.lowest[offset])
            || rests(look.restPart.atHighest[offset], look.highest[offset] - look.mean[offset])
    }

    /// Writes what the last second was like.
    func write(into measurements: inout Measurements) {
        for lane in 0..<channelCount {
            var problems = problems(of: lane)
            // What has not been looked at for half a second yet is worth nothing.
            var score = seconds > 0 && problems.isDisjoint(with: [.leadOff, .saturated]) ? score(lane) : 0
            if isDisturbed >> UInt16(lane) & 1 == 1, score > 0 {
                if problems.isDisjoint(with: [.muscle, .baseline]) { problems.insert(.baseline) }
                score = min(score, Self.disturbedScore)
            }
            measurements.quality[lane].problems = problems
            measurements.quality[lane].score = score
        }
        measurements.recordingQuality.verdict = RecordingQuality.Verdict(
            usable: measurements.quality.lazy.filter(\.isUsable).count, of: channelCount)
    }

    private func problems(of lane: Int) -> SignalProblems {
        var problems: SignalProblems = []
        if isOff >> UInt16(lane) & 1 == 1 { problems.insert(.leadOff) }
        if isSaturated >> UInt16(lane) & 1 == 1 { problems.insert(.saturated) }
        if hum[lane] > Self.hum.told { problems.insert(.mains) }
        if muscle[lane] > Self.muscle.told { problems.insert(.muscle) }
        if drift[lane] > Self.drift.told { problems.insert(.baseline) }
        return problems
    }
    /// 1 without noise; 0.5 where one of the disturbances makes the lead's ST levels unusable.
    private func score(_ lane: Int) -> Double {
        let worst = max(
            hum[lane] / Self.hum.unusable, muscle[lane] / Self.muscle.unusable, drift[lane] / Self.drift.unusable)
        let relative = Double(worst)
        return 1 / (1 + relative * relative)
    }
}
