import ECGModel

/// Follows the intervals between beats and says which rhythm they make.
struct RhythmTracker: Sendable {
    /// No beat for this long is asystole (PhysioNet challenge of 2015); for this long a pause (Chinese consensus on critical
    /// values, 2017).
    private static let asystole = Milliseconds(4000)
    private static let pause = Milliseconds(3000)
    /// Adult limits of sinus rhythm's rate, per minute.
    private static let bradycardiaRate = 50.0
    private static let tachycardiaRate = 100.0
    /// Three or more wide beats in a row are a run.
    private static let runBeats = 3
    /// A tachycardia repeats one shape, of which the odds that it is ventricular are this good on the mean of the run, as a
    /// natural logarithm. In noise after resuscitation (vfdb 424) what is taken for ventricular changes from beat to beat and
    /// has 0 to 3. On the open halves of vfdb and mitdb 3 gives 0.53 false alarms an hour and 3.4 gives 0.41, and both find the
    /// same episodes.
    private static let runOdds: Float = 3.4
    /// From this rate on a run is told as the rhythm. A ventricular tachycardia has 100 /min and more by definition, but
    /// accelerated idioventricular rhythms reach 120 to 130 and ordinary beats of wide, changing shape go on at 110 to 120:
    /// on the open halves of vfdb and mitdb a limit of 100 costs twelve false alarms more in 17 h and finds no episode more.
    private static let runRate = 130.0
    /// So many in a row, as fast as this and with intervals that differ by no more than this part of their mean, need no odds:
    /// noise is not regular. Where a recording has shown no other beats, one in three simulated tachycardias has less than
    /// ``runOdds``. On the open sets this tells no alarm more.
    private static let regularBeats = 10
    private static let regularRate = 150.0
    private static let regularSpread = 0.12
    /// As many as are a ventricular tachycardia to a monitor (PhysioNet challenge of 2015).
    private static let tachycardiaBeats = 5
    private static let rateBeats = 10
    /// Before this much of a recording, in seconds, that no rate is known yet does not speak for noise.
    private static let startSeconds = 5.0
    private static let rateWindowSeconds = 10.0
    /// From the first to the last beat of a slow heart's standard ECG it is less than ten seconds. At its end a low rate counts
    /// over so many intervals and seconds: at 20 /min three beats are all that there is.
    private static let fewestIntervalsAtEnd = 2
    private static let fewestSecondsAtEnd = 5.0
    /// A run that still goes on is over when no beat has followed for this long.
    private static let runGapSeconds = 1.5

    private let samplingRate: Hertz
    private var beats = BeatHistory()
    /// Whether a part of the time since the last beat could not be trusted.
    private(set) var isUntrustedSinceBeat = false
    private var runStart: SampleIndex = 0
    private var runBeatsNow = 0
    /// The sum of the odds of its beats.
    private var runOddsNow: Float = 0
    private(set) var standstill: StandstillClock
    private var highRates = HighRateProof()
    private var extremes: RhythmExtremesFollower
    private var intervals: IntervalJudge
    private var hasNewBeat = false
    private var log = RhythmLog()
    private(set) var result = RhythmMeasurements()

    init(samplingRate: Hertz) {
        self.samplingRate = samplingRate
        standstill = StandstillClock(samplingRate: samplingRate)
        intervals = IntervalJudge(samplingRate: samplingRate)
        extremes = RhythmExtremesFollower(samplingRate: samplingRate)
    }

    /// - Parameters:
    ///   - isBehindGap: nobody knows how long after the heart's last beat it came.
    ///   - ventricularOdds: how surely the beat is ventricular, as a natural logarithm of odds.
    ///   - isDoubtful: it is so small and so doubtful that the heart may be standing still.
    ///   - logOdds: the detector's, that it is a beat.
    mutating func add(
        _ beat: Beat, isBehindGap: Bool, isWide wide: Bool, ventricularOdds: Float, isDoubtful: Bool,
        logOdds: Float
    ) {
        let previous = beats.count > 0 ? beats.peak(0) : nil
        let isTrusted = previous != nil && !isBehindGap && !isUntrustedSinceBeat
        beats.add(
            .init(
                peak: beat.rPeak, isWide: wide, isVentricular: beat.beatClass == .ventricular, isTrusted: isTrusted,
                isBehindGap: isBehindGap))
        isUntrustedSinceBeat = false
        hasNewBeat = true
        standstill.noteBeat(at: beat.rPeak, isDoubtful: isDoubtful, logOdds: logOdds)
        result.beatCount += 1
        if beat.beatClass == .ventricular { result.ventricularBeatCount += 1 }
        if beat.beatClass == .supraventricular { result.supraventricularBeatCount += 1 }
        if let previous, isTrusted {
            let interval = Milliseconds(samples: beat.rPeak - previous, at: samplingRate)
            extremes.note(interval: interval, endingAt: beat.rPeak)
        }
        intervals.judge(beats)
        followRun(beat, odds: ventricularOdds)
        followRate()
    }

    private var isRunSure: Bool { runOddsNow >= Self.runOdds * Float(runBeatsNow) || isRunRegular }

    private var isRunRegular: Bool {
        guard runBeatsNow >= Self.regularBeats, (runRateNow?.value ?? 0) >= Self.regularRate else { return false }
        var shortest = Int.max
        var longest = 0
        for back in 0..<Self.regularBeats - 1 {
            let interval = beats.peak(back) - beats.peak(back + 1)
            shortest = min(shortest, interval)
            longest = max(longest, interval)
        }
        let span = Double(beats.peak(0) - beats.peak(Self.regularBeats - 1))
        return Double((longest - shortest) * (Self.regularBeats - 1)) <= Self.regularSpread * span
    }

    private mutating func followRun(_ beat: Beat, odds: Float) {
        guard beat.beatClass == .ventricular else {
            runBeatsNow = 0
            runOddsNow = 0
            return
        }
        if runBeatsNow == 0 { runStart = beat.rPeak }
        runBeatsNow += 1
        runOddsNow += odds
        guard runBeatsNow >= Self.runBeats, isRunSure else { return }
        let duration = Milliseconds(samples: beat.rPeak - runStart, at: samplingRate)
        guard duration.value > 0 else { return }
        let rate = BeatsPerMinute(Double(runBeatsNow - 1) * 60_000 / duration.value)
        extremes.note(runOf: runBeatsNow, at: rate, lasting: duration, endingAt: beat.rPeak)
    }

    /// A tachycardia that was recognised by its swings is a run of as many beats as its rate makes in its time.
    private mutating func follow(_ fibrillation: FibrillationDetector, until sample: SampleIndex) {
        guard let kind = fibrillation.kind else { return }
        highRates.discard()
        isUntrustedSinceBeat = true
        standstill.noteArrhythmia(until: sample)
        switch kind {
        case .fibrillation:
            extremes.note(fibrillationLasting: fibrillation.fibrillationDuration, until: sample)
        case .tachycardia:
            let duration = fibrillation.tachycardiaDuration
            let rate = fibrillation.tachycardiaRate
            extremes.note(
                runOf: Int(duration.value / 60_000 * rate.value), at: rate, lasting: duration, endingAt: sample)
        }
    }

    private mutating func followRate() {
        let n = beats.remembered
        if n > Self.rateBeats, intervalsTrusted(Self.rateBeats) {
            var wide = 0
            for back in 0..<Self.rateBeats where beats[back].isWide { wide += 1 }
            highRates.add(
                perMinute(beats: Self.rateBeats, span: beats.peak(0) - beats.peak(Self.rateBeats)),
                isNarrow: wide * 2 < Self.rateBeats)
        }
        followLowRate()
    }

    /// The lowest rate: as many intervals as make ten seconds, and at least two where the longest is left out.
    private mutating func followLowRate() {
        var back = 0
        var longest = 0
        var isNoted = false
        while back + 1 < beats.remembered, beats[back].isTrusted {
            longest = max(longest, beats.peak(back) - beats.peak(back + 1))
            back += 1
            let span = beats.peak(0) - beats.peak(back)
            guard Double(span) >= Self.rateWindowSeconds * 0.95 * samplingRate.value else { continue }
            if !isNoted { extremes.note(lowRate: perMinute(beats: back, span: span), at: beats.peak(0)) }
            isNoted = true
            guard back > 1 else { continue }
            extremes.note(
                lowRateBesideLongestRR: perMinute(beats: back - 1, span: span - longest), at: beats.peak(0))
            return
        }
    }

    /// At the end of a recording in which no low rate was counted: over the last trusted beats.
    private mutating func followLowRateAtEnd() {
        var back = 0
        var longest = 0
        while back + 1 < beats.remembered, beats[back].isTrusted {
            longest = max(longest, beats.peak(back) - beats.peak(back + 1))
            back += 1
        }
        guard back >= Self.fewestIntervalsAtEnd else { return }
        let span = beats.peak(0) - beats.peak(back)
        guard Double(span) >= Self.fewestSecondsAtEnd * samplingRate.value else { return }
        extremes.note(lowRate: perMinute(beats: back, span: span), at: beats.peak(0))
        extremes.note(lowRateBesideLongestRR: perMinute(beats: back - 1, span: span - longest), at: beats.peak(0))
    }

    private func intervalsTrusted(_ intervals: Int) -> Bool {
        for back in 0..<intervals where !beats[back].isTrusted { return false }
        return true
    }

    private func perMinute(beats: Int, span: Int) -> BeatsPerMinute {
        BeatsPerMinute(Double(beats) * 60 * samplingRate.value / Double(max(1, span)))
    }

    /// Mean rate of the beats of the last ten seconds, gaps left out.
    func heartRate(at sample: SampleIndex) -> BeatsPerMinute? {
        let reach = Self.rateWindowSeconds * samplingRate.value
        guard beats.count > 0, Double(sample - beats.peak(0)) <= reach else { return nil }
        var back = 0
        var intervals = 0
        var span = 0
        while back + 1 < beats.remembered, Double(sample - beats.peak(back + 1)) <= reach {
            if !beats[back].isBehindGap {
                intervals += 1
                span += beats.peak(back) - beats.peak(back + 1)
            }
            back += 1
        }
        return intervals > 0 ? perMinute(beats: intervals, span: span) : nil
    }

    /// Ends a second. All beats up to `decidedUntil` are known.
    ///
    /// - Parameter isBlank: most of its samples are missing.
    mutating func endSecond(
        at sample: SampleIndex, decidedUntil: SampleIndex, isTrusted trusted: Bool, isBlank blank: Bool,
        fibrillation: FibrillationDetector, isFinal: Bool, handle: (AnalysisEvent) -> Void
    ) {
        if !trusted { isUntrustedSinceBeat = true }
        follow(fibrillation, until: sample)
        if let proven = isFinal ? highRates.highest : highRates.endSecond() {
            extremes.note(highRate: proven.rate, isNarrow: proven.isNarrow, at: sample)
        }
        if isFinal, extremes.worst.sustainedLowRate == nil { followLowRateAtEnd() }
        extremes.forget(before: sample)
        if blank { standstill.noteGap(until: sample) }
        standstill.endSecond(
            at: sample, decidedUntil: decidedUntil, isTrusted: trusted && !fibrillation.isActive)
        result.timeSinceLastBeat = Milliseconds(samples: standstill.samples, at: samplingRate)
        result.recent = extremes.recent
        result.worst = extremes.worst
        if hasNewBeat {
            hasNewBeat = false
            result.irregularity = beats.irregularity()
        }
        let next = rhythm(at: sample, isTrusted: trusted, swings: fibrillation.kind)
        if next != result.current {
            log.change(
                from: result.current, to: next, at: onset(of: next, at: sample, fibrillation), handle: handle)
            result.current = next
        }
        log.release(before: beats.oldestPeak, handle: handle)
    }

    /// When a rhythm that has just been recognised began.
    private func onset(
        of rhythm: Rhythm, at sample: SampleIndex, _ fibrillation: FibrillationDetector
    ) -> SampleIndex {
        switch (rhythm, fibrillation.kind) {
        case (.ventricularFibrillation, _): sample - fibrillation.fibrillationDuration.samples(at: samplingRate)
        case (.wideComplexTachycardia, .tachycardia):
            sample - fibrillation.tachycardiaDuration.samples(at: samplingRate)
        case (.wideComplexTachycardia, _): runStart
        case (.atrialFibrillation, _): intervals.change(of: beats, toFibrillation: true)
        default:
            if result.current == .atrialFibrillation, rhythm.isNamedByRate {
                intervals.change(of: beats, toFibrillation: false)
            } else {
                sample
            }
        }
    }

    mutating func finish(at sample: SampleIndex, handle: (AnalysisEvent) -> Void) {
        log.finish(result.current, at: sample, handle: handle)
    }

    private func rhythm(at sample: SampleIndex, isTrusted trusted: Bool, swings: FibrillationDetector.Kind?) -> Rhythm {
        switch swings {
        case .fibrillation: return .ventricularFibrillation
        case .tachycardia: return .wideComplexTachycardia
        case nil: break
        }
        if result.timeSinceLastBeat >= Self.asystole { return .asystole }
        if result.timeSinceLastBeat >= Self.pause { return .pause }
        let isStarting = Double(sample) < Self.startSeconds * samplingRate.value
        guard trusted || beats.count > 0 || isStarting else { return .noise }
        guard let rate = heartRate(at: sample) else { return trusted || isStarting ? .unknown : .noise }
        let sinceBeat = Double(sample - beats.peak(0)) / samplingRate.value
        if runBeatsNow >= Self.tachycardiaBeats, isRunSure, sinceBeat < Self.runGapSeconds + 1,
            (runRateNow?.value ?? 0) >= Self.runRate
        {
            return .wideComplexTachycardia
        }
        if intervals.isFibrillation { return .atrialFibrillation }
        if rate.value > Self.tachycardiaRate { return .tachycardia }
        if rate.value < Self.bradycardiaRate { return .bradycardia }
        return .regular
    }

    private var runRateNow: BeatsPerMinute? {
        runBeatsNow > 1 ? perMinute(beats: runBeatsNow - 1, span: beats.peak(0) - runStart) : nil
    }
}
