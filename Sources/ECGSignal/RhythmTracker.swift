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
    /// As many as are a ventricular tachycardia to a monitor (PhysioNet challenge of 2015).
    private static let tachycardiaBeats = 5
    /// In atrial fibrillation no interval tells the next: of the pairs of successive intervals in the last 32, fewer than
    /// this share agree with each other (to start, and to go on). It is the recurrence that sample entropy counts (Richman
    /// & Moorman 2000; Lake & Moorman 2011 for atrial fibrillation). Chosen on the open halves of MIT-BIH and the Challenge
    /// of 2021, where medians and root mean squares of differences take bigeminy and ectopy for fibrillation.
    private static let fibrillationAgreement: Float = 0.08
    private static let fibrillationHold: Float = 0.11
    /// Fibrillation begins and ends where the intervals of the last beats change most: one that differs from the one before
    /// it by more than this part speaks for fibrillation by the first weight, one that does not against it by the second.
    /// Chosen with the shares above on the open halves of MIT-BIH and the Challenge of 2021, with classes of beats from
    /// networks that had not seen the recording; with 0.06 or 0.10 a point or two of MIT-BIH's +P is lost.
    private static let changedInterval: Float = 0.08
    private static let weightOfChange: Float = 0.45
    private static let weightOfSameness: Float = 0.55
    private static let changeBeats = 48
    /// Pairs agree if neither interval differs by more than this part of the mean interval.
    private static let agreementTolerance: Float = 0.08
    private static let agreementIntervals = 32
    private static let fewestPairs = 8
    /// Below this irregularity the rhythm is regular and no pairs need to be compared.
    private static let regularIrregularity = 0.05
    private static let rateBeats = 10
    private static let memory = 64
    private static let rateWindowSeconds = 10.0
    /// A run that still goes on is over when no beat has followed for this long.
    private static let runGapSeconds = 1.5
    /// From this rate on a ventricular tachycardia is critical (national consensus on critical values, 2017).
    private static let criticalRunRate = BeatsPerMinute(150)
    /// A high rate is believed once no fibrillation has been recognised for this long after it: recognition takes that
    /// long, and the peaks of fibrillation may be counted as beats.
    private static let highRateProof = Milliseconds(7000)

    private let samplingRate: Hertz
    private var peaks: [SampleIndex]
    private var isWide: [Bool]
    private var isVentricular: [Bool]
    /// Whether the interval that ends with the beat lies in trusted signal.
    private var isTrusted: [Bool]
    private var count = 0
    private var untrustedSinceBeat = false
    private var runStart: SampleIndex = 0
    private var runBeatsNow = 0
    /// The sum of the odds of its beats.
    private var runOddsNow: Float = 0
    private var trustedSamplesSinceBeat = 0
    private var episodeStart: SampleIndex = 0
    /// A high rate that waits for its proof.
    private var pendingHighRate: (rate: BeatsPerMinute, isNarrow: Bool, at: SampleIndex)?
    private var isAtrialFibrillation = false
    private var hasNewBeat = false
    private(set) var result = RhythmMeasurements()

    init(samplingRate: Hertz) {
        self.samplingRate = samplingRate
        peaks = Array(repeating: 0, count: Self.memory)
        // Each its own array: copies of one would be made when they are first written to, in the middle of a recording.
        isWide = Array(repeating: false, count: Self.memory)
        isVentricular = Array(repeating: false, count: Self.memory)
        isTrusted = Array(repeating: false, count: Self.memory)
    }

    private func slot(_ back: Int) -> Int { (count - 1 - back) % Self.memory }

    /// - Parameter ventricularOdds: how surely the beat is ventricular, as a natural logarithm of odds.
    mutating func add(_ beat: Beat, isWide wide: Bool, ventricularOdds: Float) {
        let previous = count > 0 ? peaks[slot(0)] : nil
        count += 1
        let s = slot(0)
        peaks[s] = beat.rPeak
        isWide[s] = wide
        isVentricular[s] = beat.beatClass == .ventricular
        isTrusted[s] = previous != nil && !untrustedSinceBeat
        untrustedSinceBeat = false
        hasNewBeat = true
        result.beatCount += 1
        if beat.beatClass == .ventricular { result.ventricularBeatCount += 1 }
        if beat.beatClass == .supraventricular { result.supraventricularBeatCount += 1 }
        if let previous, isTrusted[s] {
            let interval = Milliseconds(samples: beat.rPeak - previous, at: samplingRate)
            if result.longestRR.map({ interval > $0 }) ?? true { result.longestRR = interval }
            if result.shortestRR.map({ interval < $0 }) ?? true { result.shortestRR = interval }
        }
        followRun(beat, odds: ventricularOdds)
        followRate()
    }

    private var isRunSure: Bool { runOddsNow >= Self.runOdds * Float(runBeatsNow) }

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
        note(runOf: runBeatsNow, at: rate, lasting: duration)
    }

    /// Keeps the worst run: the longest of those at a critical rate, or else the longest.
    private mutating func note(runOf beats: Int, at rate: BeatsPerMinute, lasting duration: Milliseconds) {
        if let known = result.wideComplexRunRate {
            let wasCritical = known >= Self.criticalRunRate
            let isCritical = rate >= Self.criticalRunRate
            guard isCritical == wasCritical ? duration > result.wideComplexRunDuration : isCritical else { return }
        }
        result.wideComplexRunBeats = beats
        result.wideComplexRunRate = rate
        result.wideComplexRunDuration = duration
    }

    /// A tachycardia that was recognised by its swings is a run of as many beats as its rate makes in its time.
    private mutating func follow(_ fibrillation: FibrillationDetector) {
        guard fibrillation.isActive else { return }
        pendingHighRate = nil
        untrustedSinceBeat = true
        trustedSamplesSinceBeat = 0
        guard fibrillation.kind == .tachycardia else { return }
        let duration = fibrillation.tachycardiaDuration
        let rate = fibrillation.tachycardiaRate
        note(runOf: Int(duration.value / 60_000 * rate.value), at: rate, lasting: duration)
    }

    private mutating func followRate() {
        let n = min(count, Self.memory)
        if n > Self.rateBeats, intervalsTrusted(Self.rateBeats) {
            let span = peaks[slot(0)] - peaks[slot(Self.rateBeats)]
            let rate = perMinute(beats: Self.rateBeats, span: span)
            if rate > max(result.sustainedHighRate ?? 0, pendingHighRate?.rate ?? 0) {
                var wide = 0
                for back in 0..<Self.rateBeats where isWide[slot(back)] { wide += 1 }
                pendingHighRate = (rate, wide * 2 < Self.rateBeats, pendingHighRate?.at ?? peaks[slot(0)])
            }
        }
        // The lowest rate: as many intervals as make ten seconds.
        var back = 0
        while back + 1 < n {
            guard isTrusted[slot(back)] else { return }
            back += 1
            let span = peaks[slot(0)] - peaks[slot(back)]
            guard Double(span) >= Self.rateWindowSeconds * 0.95 * samplingRate.value else { continue }
            let rate = perMinute(beats: back, span: span)
            if result.sustainedLowRate.map({ rate < $0 }) ?? true { result.sustainedLowRate = rate }
            return
        }
    }

    private func intervalsTrusted(_ intervals: Int) -> Bool {
        for back in 0..<intervals where !isTrusted[slot(back)] { return false }
        return true
    }

    private func perMinute(beats: Int, span: Int) -> BeatsPerMinute {
        BeatsPerMinute(Double(beats) * 60 * samplingRate.value / Double(max(1, span)))
    }

    /// Mean rate of the beats of the last ten seconds.
    func heartRate(at sample: SampleIndex) -> BeatsPerMinute? {
        let n = min(count, Self.memory)
        var back = 0
        while back + 1 < n,
            Double(sample - peaks[slot(back + 1)]) <= Self.rateWindowSeconds * samplingRate.value
        { back += 1 }
        guard back > 0, Double(sample - peaks[slot(0)]) <= Self.rateWindowSeconds * samplingRate.value else {
            return nil
        }
        return perMinute(beats: back, span: peaks[slot(0)] - peaks[slot(back)])
    }

    /// Ends a second. All beats up to `decidedUntil` are known.
    mutating func endSecond(
        at sample: SampleIndex, decidedUntil: SampleIndex, isTrusted trusted: Bool, fibrillation: FibrillationDetector,
        isFinal: Bool, handle: (AnalysisEvent) -> Void
    ) {
        if !trusted { untrustedSinceBeat = true }
        follow(fibrillation)
        if let pending = pendingHighRate,
            isFinal || Milliseconds(samples: sample - pending.at, at: samplingRate) >= Self.highRateProof
        {
            result.sustainedHighRate = pending.rate
            result.sustainedHighRateIsNarrow = pending.isNarrow
            pendingHighRate = nil
        }
        let last = count > 0 ? peaks[slot(0)] : 0
        if trusted, !fibrillation.isActive {
            trustedSamplesSinceBeat += Int(samplingRate.value.rounded())
        }
        trustedSamplesSinceBeat = min(trustedSamplesSinceBeat, max(0, decidedUntil - last))
        result.timeSinceLastBeat = Milliseconds(samples: trustedSamplesSinceBeat, at: samplingRate)
        result.fibrillationDuration = fibrillation.fibrillationDuration
        if hasNewBeat {
            hasNewBeat = false
            result.irregularity = irregularity()
            isAtrialFibrillation = intervalsDisagree()
        }
        let next = rhythm(at: sample, isTrusted: trusted, swings: fibrillation.kind)
        if next != result.current {
            let start = onset(of: next, at: sample, fibrillation)
            if start > episodeStart, result.current != .unknown {
                handle(.rhythm(RhythmEpisode(rhythm: result.current, start: episodeStart, end: start)))
            }
            result.current = next
            episodeStart = start
        }
    }

    /// When a rhythm that has just been recognised began: not before the one it follows.
    private func onset(
        of rhythm: Rhythm, at sample: SampleIndex, _ fibrillation: FibrillationDetector
    ) -> SampleIndex {
        let endsFibrillation = result.current == .atrialFibrillation
        let recognition: Milliseconds =
            switch (rhythm, fibrillation.kind) {
            case (.ventricularFibrillation, _): fibrillation.fibrillationDuration
            case (.wideComplexTachycardia, .tachycardia): fibrillation.tachycardiaDuration
            case (.wideComplexTachycardia, _): Milliseconds(samples: sample - runStart, at: samplingRate)
            case (.atrialFibrillation, _) where count > 0, (.regular, _) where endsFibrillation,
                (.tachycardia, _) where endsFibrillation, (.bradycardia, _) where endsFibrillation:
                Milliseconds(samples: sample - changeOfIntervals(toFibrillation: !endsFibrillation), at: samplingRate)
            default: 0
            }
        return max(episodeStart, sample - recognition.samples(at: samplingRate))
    }

    /// The beat with which the last intervals became those of fibrillation, or ceased to be.
    private func changeOfIntervals(toFibrillation: Bool) -> SampleIndex {
        var sum: Float = 0
        var best: Float = -.infinity
        var change = peaks[slot(0)]
        for back in 0..<max(0, min(count - 2, Self.changeBeats)) {
            let (a, b, c) = (slot(back), slot(back + 1), slot(back + 2))
            if !isVentricular[a], !isVentricular[b], !isVentricular[c], isTrusted[a], isTrusted[b] {
                let (last, before) = (Float(peaks[a] - peaks[b]), Float(peaks[b] - peaks[c]))
                let isChanged = abs(last - before) > Self.changedInterval * 0.5 * (last + before)
                let weight = isChanged ? Self.weightOfChange : -Self.weightOfSameness
                sum += toFibrillation ? weight : -weight
            }
            if sum > best {
                best = sum
                change = peaks[b]
            }
        }
        return change
    }

    func finish(at sample: SampleIndex, handle: (AnalysisEvent) -> Void) {
        guard sample > episodeStart, result.current != .unknown else { return }
        handle(.rhythm(RhythmEpisode(rhythm: result.current, start: episodeStart, end: sample)))
    }

    private func rhythm(at sample: SampleIndex, isTrusted trusted: Bool, swings: FibrillationDetector.Kind?) -> Rhythm {
        switch swings {
        case .fibrillation: return .ventricularFibrillation
        case .tachycardia: return .wideComplexTachycardia
        case nil: break
        }
        if result.timeSinceLastBeat >= Self.asystole { return .asystole }
        if result.timeSinceLastBeat >= Self.pause { return .pause }
        guard trusted || count > 0 else { return .noise }
        guard let rate = heartRate(at: sample) else { return trusted ? .unknown : .noise }
        let sinceBeat = Double(sample - peaks[slot(0)]) / samplingRate.value
        if runBeatsNow >= Self.tachycardiaBeats, isRunSure, sinceBeat < Self.runGapSeconds + 1,
            (runRateNow?.value ?? 0) >= Self.runRate
        {
            return .wideComplexTachycardia
        }
        if isAtrialFibrillation { return .atrialFibrillation }
        if rate.value > Self.tachycardiaRate { return .tachycardia }
        if rate.value < Self.bradycardiaRate { return .bradycardia }
        return .regular
    }

    private var runRateNow: BeatsPerMinute? {
        runBeatsNow > 1 ? perMinute(beats: runBeatsNow - 1, span: peaks[slot(0)] - runStart) : nil
    }

    /// Median difference of successive intervals over the last sixteen, relative to the mean interval, without the
    /// intervals around ventricular beats; nil with fewer than eight.
    private func irregularity() -> Double? {
        let n = min(count, Self.memory)
        var differences: (Int, SIMD16<Float>) = (0, .zero)
        var sum: Float = 0
        var back = 0
        while back + 2 < n, differences.0 < 16 {
            defer { back += 1 }
            guard !isVentricular[slot(back)], !isVentricular[slot(back + 1)], !isVentricular[slot(back + 2)],
                isTrusted[slot(back)], isTrusted[slot(back + 1)]
            else { continue }
            let a = Float(peaks[slot(back)] - peaks[slot(back + 1)])
            let b = Float(peaks[slot(back + 1)] - peaks[slot(back + 2)])
            // Insertion into the sorted differences.
            var position = differences.0
            let difference = abs(a - b)
            while position > 0, differences.1[position - 1] > difference {
                differences.1[position] = differences.1[position - 1]
                position -= 1
            }
            differences.1[position] = difference
            differences.0 += 1
            sum += a
        }
        guard differences.0 >= 8 else { return nil }
        return Double(differences.1[differences.0 / 2] / (sum / Float(differences.0)))
    }

    /// Whether the last intervals are as unlike each other as in atrial fibrillation; those beside ventricular beats and
    /// of untrusted signal are left out.
    private func intervalsDisagree() -> Bool {
        guard let irregularity = result.irregularity, irregularity >= Self.regularIrregularity else { return false }
        var first = SIMD32<Float>.zero
        var second = SIMD32<Float>.zero
        var sum: Float = 0
        var pairs = 0
        var back = 0
        while back + 2 < min(count, Self.agreementIntervals + 1) {
            defer { back += 1 }
            let (a, b, c) = (slot(back), slot(back + 1), slot(back + 2))
            guard !isVentricular[a], !isVentricular[b], !isVentricular[c], isTrusted[a], isTrusted[b] else { continue }
            first[pairs] = Float(peaks[b] - peaks[c])
            second[pairs] = Float(peaks[a] - peaks[b])
            sum += second[pairs]
            pairs += 1
        }
        guard pairs >= Self.fewestPairs else { return false }
        let tolerance = Self.agreementTolerance * sum / Float(pairs)
        var agreeing: Float = 0
        for i in 1..<pairs {
            for j in 0..<i where abs(first[i] - first[j]) < tolerance && abs(second[i] - second[j]) < tolerance {
                agreeing += 2
            }
        }
        let share = (agreeing + 1) / Float(pairs * (pairs - 1) + 1)
        return share < (isAtrialFibrillation ? Self.fibrillationHold : Self.fibrillationAgreement)
    }
}
