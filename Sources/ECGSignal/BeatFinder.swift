public import ECGModel

/// Finds the R peaks of a recording as its samples arrive, and nothing else.
///
/// The detection is ``RecordingAnalyzer``'s, from the same samples at the same delay, without what it knows of a
/// pacemaker's stimuli: for who only counts beats, and to
/// know what beat detection costs beside the whole analysis. The peaks are a function of the samples alone: any split of
/// the recording into calls gives the same. Nothing is allocated after the start.
///
/// ```swift
/// var finder = BeatFinder(channels: header.channels, samplingRate: header.samplingRate)
/// for block in blocks {
///     finder.process(block) { rPeak in … }
/// }
/// finder.finish { rPeak in … }
/// ```
public struct BeatFinder: Sendable {
    private let samplingRate: Hertz
    private var reader: InstantReader
    private var ring: SampleRing
    private var detector: BeatDetector
    private var previousPeak: SampleIndex = -1

    /// Opens a recording.
    ///
    /// - Precondition: the acquisition is valid, as ``RecordingHeader/validate()`` checks it.
    public init(channels: [Channel], samplingRate: Hertz) {
        precondition(AcquisitionLimits.leads.contains(channels.count), "a recording has 1 to 16 leads")
        precondition(AcquisitionLimits.samplingRate.contains(samplingRate), "the sampling rate is out of range")
        self.samplingRate = samplingRate
        reader = InstantReader(channels: channels)
        detector = BeatDetector(channelCount: channels.count, samplingRate: samplingRate.value)
        ring = SampleRing(
            seconds: BeatDetector.greatestDelaySeconds + RPeak.reachSeconds, at: samplingRate,
            andInstants: detector.signal.instantsAtOnce)
    }

    /// Takes the next samples of the recording, in counts.
    ///
    /// - Parameter handle: is given the R peak of each beat, in order, at most one second of signal after it.
    /// - Precondition: the samples have the recording's channels.
    public mutating func process(_ samples: Samples, handle: (SampleIndex) -> Void) {
        precondition(samples.channelCount == reader.channelCount, "samples of one recording have the same channels")
        samples.counts.withUnsafeBufferPointer { counts in
            var index = 0
            while index < counts.count {
                let instants = min(detector.signal.instantsUntilDecision, (counts.count - index) / reader.channelCount)
                if !reader.readPlain(counts, at: index, instants: instants, into: &ring) {
                    for instant in 0..<instants {
                        ring.append(reader.read(counts, at: index + instant * reader.channelCount).millivolts)
                    }
                }
                index += instants * reader.channelCount
                detector.signal.take(instants: instants, from: ring)
                while let decision = detector.nextDecision() { report(decision, handle) }
            }
        }
    }

    /// Ends the recording: reports the last beats.
    public mutating func finish(handle: (SampleIndex) -> Void) {
        detector.signal.finishStartup()
        while let decision = detector.nextDecision(isFinal: true) { report(decision, handle) }
    }

    private mutating func report(_ decision: BeatDetector.Decision, _ handle: (SampleIndex) -> Void) {
        guard decision.isBeat else { return }
        let peak = RPeak.locate(
            near: decision.sample, in: ring, weights: detector.signal.gain, samplingRate: samplingRate)
        guard peak > previousPeak else { return }
        previousPeak = peak
        handle(peak)
    }
}
