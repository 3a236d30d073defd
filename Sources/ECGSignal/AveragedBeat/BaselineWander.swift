import ECGModel

/// The course of the baseline through one beat, relative to its PQ level: `slope·t + curvature·t²`, t in samples from
/// the R peak, millivolts. The constant falls away because levels are read against the PQ level of the averaged beat.
struct BaselineCourse: Sendable {
    var slope = SIMD16<Float>.zero
    var curvature = SIMD16<Float>.zero
}

/// The level of all leads where the heart is electrically silent, and the sample in the middle of that stretch.
struct BaselineKnot: Sendable {
    var sample: SampleIndex
    var level: SIMD16<Float>
}

/// Follows the baseline through the beats by their levels in the PQ segment and, where the rate leaves one, in the
/// electrical rest between T wave and next P wave.
///
/// Between these knots the baseline is estimated as the best linear predictor of a process of known covariance does it
/// (kriging; Rasmussen and Williams, Gaussian Processes for Machine Learning, 2006, section 2.2): it has no phase, so that it
/// does not bend the ST segment as the single-pole high-pass filters of monitors do, and uses of the neighbours what they
/// are worth, before the first beat's end and behind the last one's too, where a parabola through three PQ levels has only
/// two. The knots at rest double how often the baseline is seen: at 60 beats a minute seven times in a breath of 0.3 Hz,
/// not three or four.
///
/// The constants were chosen by arithmetic, all but ``BaselinePredictor/restOffsetMillivolts``: sine waves of 1 mV from 0.1 to
/// 0.5 Hz, beats at 50 to 80 a minute with 3 % of variation, noise of 10 µV at the PQ levels and 15 µV at rest; the mean of eight
/// beats erred at 0.3 Hz by 3 to 6 µV in the mean over phases, and by a parabola through PQ levels, without noise, by 20 to 32 µV.
struct BaselineWander: Sendable {
    /// What a level strays by noise: the mean of 20 ms of the PQ segment, and of 100 ms at rest.
    static let pqNoiseMillivolts = 0.010
    static let restNoiseMillivolts = 0.015
    /// Beats further apart say nothing of the baseline between them: two beats at 40 per minute.
    static let longestGap = Milliseconds(3000)
    /// So many beats are looked back on: at 100 a minute they reach back as far as covariance does.
    static let beats = 4
    /// Where the estimate is read, from the R peak: in the ST segment and at the T wave's peak.
    static let readings = (Milliseconds(120), Milliseconds(320))

    private let longestGapSamples: Int
    private let secondsPerSample: Double
    private let readAt: (Float, Float)
    /// The knots in the PQ segment of each beat, the oldest first, and behind them those at rest after it.
    private var levels = Array(repeating: SIMD16<Float>.zero, count: 2 * beats)
    private var pqSamples = Array(repeating: SampleIndex(0), count: beats)
    private var restSamples = Array(repeating: SampleIndex?.none, count: beats)
    private var count = 0
    /// The R peak of the beat that the latest knot belongs to.
    private var latestPeak: SampleIndex = 0

    init(window: BeatWindow) {
        longestGapSamples = window.samples(Self.longestGap)
        secondsPerSample = 1 / window.samplingRate.value
        readAt = (window.span(Self.readings.0), window.span(Self.readings.1))
    }

    /// Takes the next beat's knots.
    /// - Parameters:
    ///   - restBefore: the rest between the beat before and this one; nil where there was none.
    ///   - restAfter: the rest after this beat, as far as can be told before the next one has come.
    /// - Returns: the final course through the beat before, now that its right neighbour is known (nil without one), and
    ///   the provisional one through this beat.
    mutating func append(
        _ knot: BaselineKnot, peak: SampleIndex, restBefore: BaselineKnot? = nil, restAfter: BaselineKnot? = nil
    ) -> (finalOfBefore: BaselineCourse?, provisional: BaselineCourse) {
        if count > 0 {
            let last = pqSamples[count - 1]
            if knot.sample <= last || knot.sample - last > longestGapSamples {
                count = 0
            } else {
                keep(restBefore, ofBeat: count - 1)
            }
        }
        if count == Self.beats { forgetOldest() }
        pqSamples[count] = knot.sample
        levels[count] = knot.level
        keep(restAfter, ofBeat: count)
        count += 1
        let before = latestPeak
        latestPeak = peak
        guard count > 1 else { return (nil, BaselineCourse()) }
        return BaselinePredictor.withMemory { predict(peaks: (before, peak), by: &$0) }
    }

    mutating func reset() { count = 0 }

    /// Takes over what another one knows.
    mutating func copy(_ other: BaselineWander) {
        for knot in levels.indices { levels[knot] = other.levels[knot] }
        for beat in 0..<Self.beats {
            pqSamples[beat] = other.pqSamples[beat]
            restSamples[beat] = other.restSamples[beat]
        }
        count = other.count
        latestPeak = other.latestPeak
    }

    private mutating func keep(_ rest: BaselineKnot?, ofBeat beat: Int) {
        restSamples[beat] = rest?.sample
        if let rest { levels[Self.beats + beat] = rest.level }
    }

    private mutating func forgetOldest() {
        for beat in 1..<Self.beats {
            pqSamples[beat - 1] = pqSamples[beat]
            restSamples[beat - 1] = restSamples[beat]
            levels[beat - 1] = levels[beat]
            levels[Self.beats + beat - 1] = levels[Self.beats + beat]
        }
        count -= 1
    }

    /// The courses through the last two beats.
    private func predict(
        peaks: (SampleIndex, SampleIndex), by predictor: inout BaselinePredictor
    ) -> (finalOfBefore: BaselineCourse, provisional: BaselineCourse) {
        for beat in 0..<count { predictor.add(seconds(pqSamples[beat]), noise: Self.pqNoiseMillivolts) }
        for beat in 0..<count {
            guard let sample = restSamples[beat] else { continue }
            predictor.add(seconds(sample), noise: Self.restNoiseMillivolts, isRest: true)
        }
        ask(&predictor, ofBeat: count - 2, peak: peaks.0)
        ask(&predictor, ofBeat: count - 1, peak: peaks.1)
        predictor.solve()
        return (
            course(ofBeat: count - 2, peak: peaks.0, predictor, question: 0),
            course(ofBeat: count - 1, peak: peaks.1, predictor, question: Self.questionsOfABeat)
        )
    }

    private static let questionsOfABeat = 3

    /// Asks for the baseline at a beat's PQ segment and where it is read.
    private func ask(_ predictor: inout BaselinePredictor, ofBeat beat: Int, peak: SampleIndex) {
        predictor.ask(seconds(pqSamples[beat]))
        predictor.ask(seconds(peak) + Self.readings.0.value / 1000)
        predictor.ask(seconds(peak) + Self.readings.1.value / 1000)
    }

    /// The parabola through the answers to a beat's questions.
    private func course(
        ofBeat beat: Int, peak: SampleIndex, _ predictor: BaselinePredictor, question: Int
    ) -> BaselineCourse {
        let ownLevel = levels[beat]
        let start = Float(pqSamples[beat] - peak)
        var rises = (SIMD16<Float>.zero, SIMD16<Float>.zero)
        var place = 0
        for knot in 0..<2 * Self.beats {
            guard isHeld(knot) else { continue }
            let difference = levels[knot] - ownLevel
            let atStart = predictor.weight(of: place, question: question)
            rises.0 += Float(predictor.weight(of: place, question: question + 1) - atStart) * difference
            rises.1 += Float(predictor.weight(of: place, question: question + 2) - atStart) * difference
            place += 1
        }
        let slopes = (rises.0 / (readAt.0 - start), rises.1 / (readAt.1 - start))
        let curvature = (slopes.1 - slopes.0) / (readAt.1 - readAt.0)
        return BaselineCourse(slope: slopes.0 - curvature * (readAt.0 + start), curvature: curvature)
    }

    private func isHeld(_ knot: Int) -> Bool {
        let beat = knot % Self.beats
        return beat < count && (knot < Self.beats || restSamples[beat] != nil)
    }

    private func seconds(_ sample: SampleIndex) -> Double { Double(sample - pqSamples[count - 1]) * secondsPerSample }
}
