public import ECGModel

/// What the analysis of a recording tells while it goes on.
public enum AnalysisEvent: Sendable {
    /// A beat, at most one second of signal after its R peak, in order.
    case beat(Beat)
    /// A rhythm that has ended.
    case rhythm(RhythmEpisode)
    /// The state of all measurements: after each second of signal, and once at the end.
    case measured(Measurements)
}

/// Analyses one recording as its samples arrive.
///
/// The events are a function of the samples alone: any split of the recording into calls gives the same events, bit for
/// bit. All buffers are made when the recording opens; ``process(_:handle:)`` allocates nothing.
///
/// ```swift
/// var analyzer = RecordingAnalyzer(channels: header.channels, samplingRate: header.samplingRate)
/// for block in blocks {
///     analyzer.process(block) { event in … }
/// }
/// analyzer.finish { event in … }
/// ```
public struct RecordingAnalyzer: Sendable {
    /// The raw ring spans what the averaged beat needs before an R peak and the delay of its detection.
    private static let ringSeconds = 1.55
    /// A rejected candidate may have been a beat if its odds are better than this (1:150) and its envelope reaches this
    /// part of the usual beats', as log2; or if it is larger than they are: an artefact may cover a beat.
    private static let hiddenBeatLogOdds: Float = -5
    private static let hiddenBeatLevel: Float = -2
    private static let coveringLevel: Float = 0.5
    /// Before the first beat, an envelope above this may hide one, in millivolts: monitors need not detect less than
    /// 0.15 mV (IEC 60601-2-27).
    private static let hiddenBeatMillivolts: Float = 0.1

    /// In signal that hides beats a longer time between two that were seen is no RR interval: 20 /min.
    private static let longestUntrusted = Milliseconds(3000)

    /// What has been measured up to now; what the last `.measured` event said.
    public private(set) var measurements: Measurements

    /// The inputs of ``LimbNetwork`` at the last measured beat, for its fitting; nil without the leads that it needs.
    package var limbInputs: [Float]? { averager.limbInputs }

    private let samplingRate: Hertz
    private let samplesPerSecond: Int
    private var reader: InstantReader
    private var ring: SampleRing
    private var detector: BeatDetector
    private var sizes: ComplexSize
    private var classifier: BeatClassifier
    private var averager: BeatAverager
    private var rhythm: RhythmTracker
    private var fibrillation: FibrillationDetector
    private var pacing: PacingSpikeDetector
    private var quality: QualityTracker
    private var qualityHistory = QualityHistory()
    private var samplesInSecond = 0
    private var previousPeak: SampleIndex?
    private var previousTick: Int?
    private var mayHideBeat = false

    /// Opens a recording.
    ///
    /// - Precondition: the acquisition is valid, as ``RecordingHeader/validate()`` checks it.
    public init(channels: [Channel], samplingRate: Hertz) {
        precondition(AcquisitionLimits.leads.contains(channels.count), "a recording has 1 to 16 leads")
        precondition(AcquisitionLimits.samplingRate.contains(samplingRate), "the sampling rate is out of range")
        self.samplingRate = samplingRate
        let leads = channels.map(\.lead)
        samplesPerSecond = Int(samplingRate.value.rounded())
        measurements = Measurements(leads: leads, samplingRate: samplingRate)
        reader = InstantReader(channels: channels)
        detector = BeatDetector(channelCount: channels.count, samplingRate: samplingRate.value)
        ring = SampleRing(
            seconds: Self.ringSeconds, at: samplingRate, andInstants: detector.signal.instantsAtOnce)
        sizes = ComplexSize(rate: detector.signal.rate)
        classifier = BeatClassifier(rate: detector.signal.rate)
        averager = BeatAverager(leads: leads, samplingRate: samplingRate)
        rhythm = RhythmTracker(samplingRate: samplingRate)
        fibrillation = FibrillationDetector(rate: detector.signal.rate, channelCount: channels.count)
        pacing = PacingSpikeDetector(channelCount: channels.count, samplingRate: samplingRate)
        quality = QualityTracker(channelCount: channels.count, samplingRate: samplingRate)
    }

    /// Takes the next samples of the recording, in counts.
    ///
    /// - Precondition: the samples have the recording's channels.
    public mutating func process(_ samples: Samples, handle: (AnalysisEvent) -> Void) {
        precondition(samples.channelCount == reader.channelCount, "samples of one recording have the same channels")
        samples.counts.withUnsafeBufferPointer { counts in
            var index = 0
            while index < counts.count {
                let untilEnd = (counts.count - index) / reader.channelCount
                let instants = min(detector.signal.instantsUntilDecision, samplesPerSecond - samplesInSecond, untilEnd)
                read(counts, at: index, instants: instants)
                index += instants * reader.channelCount
                let ticks = detector.signal.take(instants: instants, from: ring)
                while let decision = detector.nextDecision() { take(decision, handle) }
                fibrillation.push(detector.signal, ticks)
                samplesInSecond += instants
                if samplesInSecond == samplesPerSecond {
                    endSecond(handle)
                    handle(.measured(measurements))
                }
            }
        }
    }

    /// Asks the processor to bring what the next samples will need into its caches, and does not wait for it.
    ///
    /// A server with thousands of open recordings finds none of them in its caches when the next block arrives. Called
    /// before the block is decoded, the memory comes while the decoder works; without, analysing waits for one line after
    /// the other.
    public func prefetch() {
        ring.prefetch()
        detector.prefetch()
        averager.prefetch()
        fibrillation.prefetch()
    }

    private mutating func read(_ counts: UnsafeBufferPointer<Int32>, at start: Int, instants: Int) {
        if reader.readPlain(counts, at: start, instants: instants, into: &ring) { return }
        for instant in 0..<instants {
            let (millivolts, missing) = reader.read(counts, at: start + instant * reader.channelCount)
            quality.note(missing: missing, at: ring.endSample)
            ring.append(millivolts)
        }
    }

    /// Ends the recording: reports the last beats, the last rhythm and the final measurements.
    public mutating func finish(handle: (AnalysisEvent) -> Void) {
        detector.signal.finishStartup()
        while let decision = detector.nextDecision(isFinal: true) { take(decision, handle) }
        endSecond(isFinal: true, handle)
        rhythm.finish(at: ring.endSample, handle: handle)
        measurements.isFinal = true
        handle(.measured(measurements))
    }

    private mutating func take(_ judged: BeatDetector.Decision, _ handle: (AnalysisEvent) -> Void) {
        var decision = judged
        if !decision.isBeat, isAnsweredStimulus(decision) { detector.admit(&decision) }
        guard decision.isBeat else {
            if decision.wave.isBystander || decision.wave.isAtrial { return }
            if let level = detector.history.beatLevel {
                let relative = detector.signal.qrs(at: decision.tick) - level
                let isPossible = decision.logOdds > Self.hiddenBeatLogOdds && relative > Self.hiddenBeatLevel
                if !mayHideBeat, !decision.isRefractory, isPossible || relative > Self.coveringLevel {
                    mayHideBeat = !isTooSmall(decision)
                }
            } else if detector.signal.peak.greatestLane > Self.hiddenBeatMillivolts {
                mayHideBeat = true
            }
            return
        }
        let largest = largestPeak(of: decision)
        let hum = hum(around: largest)
        let stimulus = pacing.examine(
            largest, centre: decision.sample, weights: detector.signal.gain, hum: hum, channels: quality.steadyChannels,
            in: &ring)
        // A stimulus that the heart does not answer is no beat.
        if stimulus.isStimulusAlone { return }
        let (peak, isPaced) = (stimulus.rPeak, stimulus.isPaced)
        if let previousPeak, peak <= previousPeak { return }
        fibrillation.note(decision, isPaced: isPaced)
        // How late a beat comes tells of its origin, whatever noise has hidden, but not behind a gap.
        let isBehindGap = previousPeak.map { quality.gapEnd > $0 } ?? false
        let isUnseen = isBehindGap || isUnseen(peak)
        let verdict = classifier.classify(
            decision, in: detector.signal, intervalTicks: isBehindGap ? nil : previousTick.map { decision.tick - $0 },
            history: detector.history, isPaced: isPaced)
        var beat = Beat(rPeak: peak, beatClass: verdict.beatClass)
        let marks = averager.add(beat, previousPeak: isUnseen ? nil : previousPeak, from: ring)
        beat.qrsOnset = marks.qrsOnset
        beat.jPoint = marks.jPoint
        rhythm.add(
            beat, isBehindGap: isUnseen, isWide: verdict.isWide, ventricularOdds: verdict.ventricularOdds,
            isDoubtful: sizes.isDoubtful(decision, in: detector.signal, channels: quality.steadyChannels),
            logOdds: decision.logOdds)
        // What is hidden before the first beat is no part of an interval.
        if previousPeak == nil { mayHideBeat = false }
        previousPeak = peak
        previousTick = decision.tick
        handle(.beat(beat))
    }

    private func largestPeak(of decision: BeatDetector.Decision) -> SampleIndex {
        RPeak.locate(near: decision.sample, in: ring, weights: detector.signal.gain, samplingRate: samplingRate)
    }

    private func hum(around sample: SampleIndex) -> MainsHum.Located {
        quality.isHumming ? averager.hum(around: sample, in: ring) : .silent
    }

    /// Whether a complex follows a stimulus at a candidate that was refused: beside large stimuli wide complexes look small
    /// and unlikely.
    private func isAnsweredStimulus(_ decision: BeatDetector.Decision) -> Bool {
        guard pacing.isRhythmPaced, !decision.isRefractory, !decision.wave.isAtrial,
            decision.logOdds > Self.hiddenBeatLogOdds
        else { return false }
        let peak = largestPeak(of: decision)
        return pacing.isAnswered(near: peak, hum: hum(around: peak), channels: quality.steadyChannels, in: ring)
    }

    /// Whether beats before this one may have been hidden for long.
    private func isUnseen(_ peak: SampleIndex) -> Bool {
        guard let previousPeak, rhythm.isUntrustedSinceBeat else { return false }
        return Milliseconds(samples: peak - previousPeak, at: samplingRate) > Self.longestUntrusted
    }

    /// Whether the leads would have shown a complex of the ventricles larger than this.
    private func isTooSmall(_ decision: BeatDetector.Decision) -> Bool {
        rhythm.standstill.isProven(at: decision.sample)
            && sizes.isSmall(decision, in: detector.signal, channels: quality.steadyChannels)
    }

    private mutating func endSecond(isFinal: Bool = false, _ handle: (AnalysisEvent) -> Void) {
        let sample = ring.endSample
        let hasSamples = samplesInSecond > 0
        if hasSamples { quality.assess(ring, count: samplesInSecond) }
        quality.write(into: &measurements)
        // Noise hides beats: their absence counts only where a lead is good enough to have shown them.
        let isTrusted = quality.isTrusted && !mayHideBeat && measurements.quality.contains(where: \.isUsable)
        mayHideBeat = false
        fibrillation.endSecond(weight: detector.signal.gain * detector.signal.peak)
        rhythm.endSecond(
            at: sample, decidedUntil: detector.decidedUntil, isTrusted: isTrusted, isBlank: quality.isBlank,
            fibrillation: fibrillation, isFinal: isFinal, handle: handle)
        samplesInSecond = 0
        measurements.sampleCount = sample
        measurements.rhythm = rhythm.result
        measurements.intervals.heartRate = rhythm.heartRate(at: sample)
        if hasSamples { qualityHistory.add(measurements.quality, isAveraging: averager.hasNews) }
        averager.measure(into: &measurements)
        if isFinal { qualityHistory.summarize(into: &measurements) }
    }
}
