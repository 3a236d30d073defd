import ECGModel

/// The averaged beat of a recording and everything that is measured on it.
///
/// Beats come one by one with the ring that holds their samples; no buffer of beats is kept and nothing is allocated
/// after the start. Only beats of the dominant shape are averaged; when another shape has taken over for
/// ``takeoverBeats`` beats in a row, the average starts anew with it.
struct BeatAverager: Sendable {
    /// Beats of one new shape in a row that make it the dominant one: two is a couplet, three by definition a
    /// ventricular tachycardia, which should not overthrow the sinus beat before it lasts.
    static let takeoverBeats = 5
    /// The same while the average holds no more than two beats, which may have been the wrong ones.
    static let earlyTakeoverBeats = 2
    /// The boundaries are sought anew with each of the first beats, later with each measurement.
    static let earlyBeats = 3
    /// The PQ level is the mean of this long before the QRS onset: one period of 50 Hz, so that hum averages out.
    static let pqSegment = Milliseconds(20)
    /// A wide complex begins this long before its R peak and ends this long after it.
    static let assumedOnset = Milliseconds(80)
    static let assumedJPoint = Milliseconds(120)
    /// A premature beat begins, with its P wave, at most this long before its R peak.
    static let beginBeforePeak = Milliseconds(250)
    /// The RR interval that is assumed until there are two beats.
    static let assumedInterval = Milliseconds(800)
    /// A lead whose single beats stray from the average by this many millivolts counts half in marks and comparisons.
    static let halfWeightDeviation: Float = 0.05

    private let window: BeatWindow
    private let lanes: SIMD16<Float>
    /// The lanes whose leads are usable, by the latest judgement of signal quality.
    private var trusted: SIMD16<Float>
    private var average: AveragedBeat
    private var shape: QRSShape
    private var rival: QRSShape
    private var rivalBeats = 0
    /// How far the latest beat of the dominant shape lay from where the detector put it, in samples.
    private var latestShift = 0
    private var times: DominantBeatTimes
    private var wander: BaselineWander
    /// The baseline by the beats of the rival's shape: what is known of it when the average starts anew with that.
    private var rivalWander: BaselineWander
    /// Where the baseline is looked at between the beats.
    private var rest: RestStretch
    private var mains: MainsHum
    private var detector: QRSBoundaryDetector
    private var boundaries: QRSBoundaries?
    /// Whether a beat has been averaged since the last measurement.
    private(set) var hasNews = false
    /// The running part of paced beats among those averaged.
    private var pacedShare = 0.0
    private var limbReversalJudge: LimbReversalJudge?
    private var limbReversal: RecordingQuality.LimbReversal?
    private var follower: STFollower

    init(leads: [Lead], samplingRate: Hertz) {
        precondition(AcquisitionLimits.leads.contains(leads.count), "a recording has one to sixteen leads")
        precondition(AcquisitionLimits.samplingRate.contains(samplingRate), "the sampling rate is out of range")
        window = BeatWindow(samplingRate: samplingRate)
        limbReversalJudge = LimbReversalJudge(leads: leads)
        samplesBeforePeak = window.samplesBeforePeak + window.samples(QRSShape.longestShift)
        samplesAfterPeak = window.samplesAfterPeak + window.samples(QRSShape.longestShift)
        var lanes = SIMD16<Float>.zero
        for lane in leads.indices { lanes[lane] = 1 }
        self.lanes = lanes
        trusted = lanes
        average = AveragedBeat(window: window, channelCount: leads.count)
        shape = QRSShape(window: window)
        times = DominantBeatTimes(window: window)
        rival = QRSShape(window: window)
        wander = BaselineWander(window: window)
        rivalWander = BaselineWander(window: window)
        rest = RestStretch(window: window)
        mains = MainsHum(window: window)
        detector = QRSBoundaryDetector(window: window)
        follower = STFollower(leadCount: leads.count)
    }

    func prefetch() {
        average.prefetch()
        shape.prefetch()
    }

    /// How many samples before and after an R peak should be in the ring when the beat is added.
    let samplesBeforePeak: Int
    let samplesAfterPeak: Int

    /// The hum of the mains around an R peak whose beat has not been taken yet.
    func hum(around peak: SampleIndex, in ring: SampleRing) -> MainsHum.Located {
        ring.withView { mains.hum(around: peak, in: $0, boundaries: assumedBoundaries) }
    }

    /// Takes one detected beat and returns its QRS onset and J point, fused over all leads.
    mutating func add(
        _ beat: Beat, previousPeak: SampleIndex?, from ring: SampleRing
    ) -> (qrsOnset: SampleIndex?, jPoint: SampleIndex?) {
        ring.withView { add(beat, previousPeak: previousPeak, from: $0) }
    }

    private mutating func add(
        _ beat: Beat, previousPeak: SampleIndex?, from ring: SampleRing.View
    ) -> (qrsOnset: SampleIndex?, jPoint: SampleIndex?) {
        guard ring.endSample > ring.startSample else { return (nil, nil) }
        let raw = RingBeat(ring, peak: beat.rPeak, window: window)
        let source = raw.removing(mains.hum(in: raw, boundaries: boundaries ?? assumedBoundaries))
        dropTail(before: beat.rPeak, in: ring)
        if average.isEmpty {
            guard beat.beatClass != .ventricular, isWhole(beat.rPeak, in: ring) else {
                return receiveStranger(source, beat, in: ring)
            }
            return begin(with: source, beat: beat, after: nil, in: ring)
        }
        let match = match(source)
        guard match.isSame else {
            if !shape.isComparable(with: source) {
                straighten(
                    by: source.shifted(by: latestShift), peak: beat.rPeak + latestShift, previousPeak: previousPeak)
            }
            return receiveStranger(source, beat, in: ring)
        }
        latestShift = match.shift
        rivalBeats = 0
        let peak = beat.rPeak + match.shift
        let aligned = source.shifted(by: match.shift)
        if isWhole(peak, in: ring) {
            if let interval = times.interval(to: peak, previousPeak: previousPeak) {
                guard !times.isWithinComplex(interval) else { return marks(of: aligned) }
                times.take(interval, share: 1 / Double(average.beatsRemembered))
                if let mean = times.meanInterval { rest.place(in: mean) }
            }
            blend(aligned, peak: peak, previousPeak: previousPeak, isPaced: beat.beatClass == .paced)
        } else {
            straighten(by: aligned, peak: peak, previousPeak: previousPeak)
        }
        guard let boundaries else { return marks(of: aligned) }
        return (aligned.start + boundaries.onsetPosition, aligned.start + boundaries.jPosition)
    }

    /// Lays a beat over the average. While that is of one beat, nothing has been taken off for its baseline, by which wander
    /// parts small complexes of one shape.
    private func match(_ source: RingBeat) -> ShapeMatch {
        let match = shape.match(source, near: latestShift, weights: weights)
        guard !match.isSame, average.beatCount == 1 else { return match }
        let turned = shape.matchTurned(source, near: latestShift, weights: weights)
        return turned.isSame ? turned : match
    }

    /// Writes what the averaged beat shows into the measurements: intervals, waves, noise, conduction, ST change.
    mutating func measure(into measurements: inout Measurements) {
        noteQuality(measurements.quality)
        guard hasNews, var boundaries else {
            measurements.recordingQuality.limbReversal = limbReversal
            writeNoise(into: &measurements)
            follower.follow(&measurements)
            return
        }
        hasNews = false
        measurements.averagedBeatCount = average.beatCount
        let weights = self.weights
        if let renewed = detector.boundaries(of: average, weights: weights) {
            boundaries = renewed
            self.boundaries = renewed
        }
        let coarse = average.coarse
        let interval = times.meanInterval
        let cycle = interval ?? Self.assumedInterval
        // What an average of fibrillation leaves before the QRS complex is no P wave.
        let hasAtrialRhythm = measurements.rhythm.current != .atrialFibrillation
        var pWave = hasAtrialRhythm ? pWave(boundaries, previousTEnd: nil, weights: weights) : nil
        let tWave = TWaveDelineator.delineate(
            coarse, boundaries: boundaries, interval: cycle, nextPWave: pWave.map { $0.onset + window.span(cycle) },
            weights: weights)
        if hasAtrialRhythm, let previousTEnd = tWave.map({ $0.end - window.span(cycle) }),
            !PWaveDelineator.searches(behind: previousTEnd, boundaries, in: window)
        {
            pWave = self.pWave(boundaries, previousTEnd: previousTEnd, weights: weights)
        }
        measurements.intervals.qrs = window.duration(boundaries.jPoint - boundaries.onset)
        measurements.intervals.pr = pWave.map { window.duration(boundaries.onset - $0.onset) }
        let qt = tWave.map { window.duration($0.end - boundaries.onset) }
        measurements.intervals.qt = qt
        let rootOfCycle = (cycle.value / 1000).squareRoot()
        measurements.intervals.qtcBazett = interval == nil ? nil : qt.map { Milliseconds($0.value / rootOfCycle) }
        measurements.intervals.qtcFridericia =
            interval == nil ? nil : qt.map { Milliseconds($0.value / Root.cube(cycle.value / 1000)) }

        let meter = LeadWaveMeter(
            beat: average, reference: average.mean(over: pqPositions(of: boundaries)), boundaries: boundaries,
            pWave: pWave, tWave: tWave)
        meter.measure(into: &measurements.waves)
        measurements.conduction = ConductionJudge.judge(measurements, isPaced: pacedShare > 0.5)
        limbReversal = limbReversalJudge?.judge(average, boundaries: boundaries, tWave: tWave, measurements)
        measurements.recordingQuality.limbReversal = limbReversal
        writeNoise(into: &measurements)
        follower.follow(&measurements)
    }

    private func pWave(_ boundaries: QRSBoundaries, previousTEnd: Float?, weights: SIMD16<Float>) -> PWave? {
        PWaveDelineator.delineate(
            average.coarse, boundaries: boundaries, previousTEnd: previousTEnd, noise: noiseOfAverage, weights: weights)
    }

    /// What the judge of the limb electrodes saw last; nil without the leads that it needs.
    var limbInputs: [Float]? { limbReversalJudge?.view.inputs }

    /// The root mean square by which single beats stray from the average.
    private func writeNoise(into measurements: inout Measurements) {
        guard average.beatCount > 1 else { return }
        for lane in measurements.quality.indices {
            let noise = Millivolts(Double(average.deviationPower[lane].squareRoot()))
            measurements.quality[lane].noise = Microvolts(noise)
        }
    }

    /// Leaves leads without contact or with clipping out of marks and comparisons, unless no other is left.
    private mutating func noteQuality(_ quality: [LeadQuality]) {
        trusted = .zero
        for lane in quality.indices where quality[lane].problems.isDisjoint(with: [.leadOff, .saturated]) {
            trusted[lane] = 1
        }
        if trusted.total == 0 { trusted = lanes }
    }

    /// The noise left in the averaged beat, mean over the leads, in millivolts.
    private var noiseOfAverage: Float {
        let beats = average.beatsRemembered
        var sum: Float = 0
        for lane in 0..<16 where lanes[lane] > 0 { sum += (average.deviationPower[lane] / beats).squareRoot() }
        return sum / lanes.total
    }

    /// How much each lead counts in marks and comparisons: noisy ones less.
    private var weights: SIMD16<Float> {
        trusted / (1 + average.deviationPower / (Self.halfWeightDeviation * Self.halfWeightDeviation))
    }

    private func isWhole(_ peak: SampleIndex, in ring: SampleRing.View) -> Bool {
        peak - window.samplesBeforePeak >= ring.startSample && peak + window.samplesAfterPeak < ring.endSample
    }

    /// Takes the end of the latest averaged beat out of the average where a premature beat, which begins within its window,
    /// would pass for a part of its T wave.
    private mutating func dropTail(before peak: SampleIndex, in ring: SampleRing.View) {
        guard let latestPeak = times.peak(beforePremature: peak) else { return }
        let latest = RingBeat(ring, peak: latestPeak, window: window)
        let begin = window.peak + peak - latestPeak - window.samples(Self.beginBeforePeak)
        let position = max(window.complex.upperBound, begin)
        guard position < window.count, latest.isHeld(position - 2 * window.step..<window.count) else { return }
        average.retract(latest, from: position)
    }

    /// Starts the average with a beat. Where the detector took another wave for the R peak, the window is moved so that
    /// the complex lies in its middle.
    ///
    /// - Parameter known: the baseline up to the beat before, where that had the same shape.
    private mutating func begin(
        with source: RingBeat, beat: Beat, after known: BaselineWander?, in ring: SampleRing.View
    ) -> (qrsOnset: SampleIndex?, jPoint: SampleIndex?) {
        if let known { wander.copy(known) } else { wander.reset() }
        average.reset()
        times.reset()
        latestShift = 0
        boundaries = detector.boundaries(of: source, weights: trusted)
        guard let first = boundaries else { return (nil, nil) }
        var centred = source
        if first.onsetPosition > window.peak || first.jPosition < window.peak {
            let shift = (first.onsetPosition + first.jPosition) / 2 - window.peak
            centred = source.shifted(by: shift)
            boundaries = detector.boundaries(of: centred, weights: trusted)
            guard boundaries != nil, isWhole(beat.rPeak + shift, in: ring) else {
                boundaries = nil
                return (source.start + first.onsetPosition, source.start + first.jPosition)
            }
            latestShift = shift
        }
        guard let boundaries else { return (nil, nil) }
        blend(centred, peak: beat.rPeak + latestShift, previousPeak: nil, isPaced: beat.beatClass == .paced)
        return (centred.start + boundaries.onsetPosition, centred.start + boundaries.jPosition)
    }

    /// Takes a beat of the dominant shape into the average and finds the boundaries anew.
    private mutating func blend(
        _ source: RingBeat, peak: SampleIndex, previousPeak: SampleIndex?, isPaced: Bool
    ) {
        guard let marks = boundaries else { return }
        let knot = pqKnot(of: source, marks)
        let course = wander.append(
            knot, peak: peak, restBefore: restBefore(peak, previousPeak: previousPeak, of: source),
            restAfter: rest.knot(after: peak, of: source))
        average.add(
            source, pqLevel: knot.level, wander: course.provisional, finalOfBefore: course.finalOfBefore)
        shape.copy(average)
        times.note(peak: peak)
        pacedShare += ((isPaced ? 1 : 0) - pacedShare) / Double(average.beatsRemembered)
        if average.beatCount <= Self.earlyBeats, let renewed = detector.boundaries(of: average, weights: weights) {
            boundaries = renewed
        }
        hasNews = true
    }

    /// Puts the last averaged beat's baseline right by a beat that the recording's end has cut off after its PQ segment. That
    /// it may be of another shape, where too little of it is left to tell, matters less than not to know where the baseline
    /// goes: PQ levels of beats of one atrial rhythm are alike.
    private mutating func straighten(by source: RingBeat, peak: SampleIndex, previousPeak: SampleIndex?) {
        guard let marks = boundaries, source.isHeld(pqPositions(of: marks)) else { return }
        // The same complex once more, found at two of its waves, has no PQ segment of its own.
        if times.isSameComplex(peak) { return }
        let knot = pqKnot(of: source, marks)
        let rest = restBefore(peak, previousPeak: previousPeak, of: source)
        guard let final = wander.append(knot, peak: peak, restBefore: rest).finalOfBefore else {
            return
        }
        average.straighten(final)
        shape.copy(average)
        hasNews = true
    }

    /// The level of a beat's PQ segment and the sample in its middle.
    private func pqKnot(of source: RingBeat, _ marks: QRSBoundaries) -> BaselineKnot {
        let segment = pqPositions(of: marks)
        return BaselineKnot(
            sample: source.start + (segment.lowerBound + segment.upperBound) / 2, level: source.mean(over: segment))
    }

    /// The baseline between the latest averaged beat and this one, if nothing else lies between them.
    private func restBefore(_ peak: SampleIndex, previousPeak: SampleIndex?, of source: RingBeat) -> BaselineKnot? {
        guard let latestPeak = times.latestPeak, times.peakBefore(previousPeak) == latestPeak else { return nil }
        return rest.knot(after: latestPeak, before: peak, of: source)
    }

    private func pqPositions(of marks: QRSBoundaries) -> Range<Int> {
        let length = window.samples(Self.pqSegment)
        let end = max(window.complex.lowerBound + length, marks.onsetPosition)
        return end - length..<end
    }

    /// A beat of another shape: one of a few, or the first of a new dominant shape.
    private mutating func receiveStranger(
        _ source: RingBeat, _ beat: Beat, in ring: SampleRing.View
    ) -> (qrsOnset: SampleIndex?, jPoint: SampleIndex?) {
        times.noteStranger()
        if rivalBeats > 0, rival.match(source, weights: weights).isSame {
            rivalBeats += 1
        } else {
            rivalBeats = 1
            rivalWander.reset()
        }
        let needed = average.beatCount <= Self.earlyTakeoverBeats ? Self.earlyTakeoverBeats : Self.takeoverBeats
        if rivalBeats >= needed, isWhole(beat.rPeak, in: ring) {
            rivalBeats = 0
            return begin(with: source, beat: beat, after: rivalWander, in: ring)
        }
        rival.copy(source)
        guard let marks = detector.boundaries(of: source, weights: weights) else { return (nil, nil) }
        if source.isHeld(pqPositions(of: marks)) {
            let knot = pqKnot(of: source, marks)
            _ = rivalWander.append(knot, peak: beat.rPeak)
        }
        return Self.marks(source, marks)
    }

    /// The boundaries of a single beat by itself.
    private mutating func marks(of source: RingBeat) -> (qrsOnset: SampleIndex?, jPoint: SampleIndex?) {
        guard let marks = detector.boundaries(of: source, weights: weights) else { return (nil, nil) }
        return Self.marks(source, marks)
    }

    private static func marks(
        _ source: RingBeat, _ marks: QRSBoundaries
    ) -> (qrsOnset: SampleIndex?, jPoint: SampleIndex?) {
        (max(0, source.start + marks.onsetPosition), source.start + marks.jPosition)
    }

    /// Where a complex is expected to begin and end before any has been seen.
    private var assumedBoundaries: QRSBoundaries {
        QRSBoundaries(
            onset: Float(window.peak) - window.span(Self.assumedOnset),
            jPoint: Float(window.peak) + window.span(Self.assumedJPoint))
    }
}
