import ECGModel

/// Counts the time since the last complex of the ventricles, as far as their absence could be seen.
struct StandstillClock: Sendable {
    /// What was seen of the heart proves for so long, in seconds, that the leads show it. Any time from 30 to 60 s gives the
    /// same alarms on the open sets; 120 s gives three more where the lead of a living patient shows nothing any more.
    private static let proofSeconds = 60.0
    /// A mean of the network's outputs at the last beats, and at no fewer than so many, that proves it. In noise without a
    /// heart (the two records of it in nstdb) it reaches 1.9, and 2.2 in a lead of cinc2014x that shows none; in 99 of 100
    /// beats of mitdb and of cinc2014 it is greater than 3.6.
    private static let provenLogOdds: Float = 3
    private static let fewestBeats = 3
    private static let share: Float = 0.2
    /// Part of a second that counts where none of so many beats has proven that the leads show the heart: noise too comes
    /// and goes, and 8 s of silence in it are told all the same.
    private static let unprovenPart = 0.5
    private static let beatsToProve = 8

    private let samplingRate: Hertz
    private var lastComplex: SampleIndex = 0
    /// The end of the last second that was missing, and whether no complex has come since.
    private var gapEnd: SampleIndex?
    private var isStillSinceGap = false
    private var beatCount = 0
    private var meanLogOdds: Float = 0
    private var provenUntil: SampleIndex = 0
    private(set) var samples = 0

    init(samplingRate: Hertz) { self.samplingRate = samplingRate }

    /// Whether what is small there may be called so: the leads show the heart, or did not long ago.
    func isProven(at sample: SampleIndex) -> Bool { sample < provenUntil }

    /// - Parameters:
    ///   - isDoubtful: it may be no complex at all.
    ///   - logOdds: the network's output at the beat.
    mutating func noteBeat(at peak: SampleIndex, isDoubtful: Bool, logOdds: Float) {
        if !isDoubtful || !isProven(at: peak) {
            lastComplex = peak
            isStillSinceGap = false
        }
        beatCount += 1
        meanLogOdds += (logOdds - meanLogOdds) * max(Self.share, 1 / Float(beatCount))
        if beatCount >= Self.fewestBeats, meanLogOdds >= Self.provenLogOdds { prove(at: peak) }
    }

    /// Fibrillation and tachycardia are told by other means, which need no proof.
    mutating func noteArrhythmia(until sample: SampleIndex) {
        samples = 0
        prove(at: sample)
    }

    /// Notes a second that is missing: what lies before it is no part of the same standstill. But where no complex has come
    /// since the gap before it, the seconds in between stay, or a line that loses a second now and then would hide that the
    /// heart stands still.
    mutating func noteGap(until sample: SampleIndex) {
        let isSameGap = gapEnd.map { sample - $0 <= Int(samplingRate.value.rounded(.up)) } ?? false
        if isSameGap || !isStillSinceGap { lastComplex = sample }
        gapEnd = sample
        isStillSinceGap = true
    }

    private mutating func prove(at sample: SampleIndex) {
        provenUntil = max(provenUntil, sample + Int(Self.proofSeconds * samplingRate.value))
    }

    /// Ends a second. All beats up to `decidedUntil` are known.
    mutating func endSecond(at sample: SampleIndex, decidedUntil: SampleIndex, isTrusted: Bool) {
        if isTrusted {
            let part = beatCount < Self.beatsToProve || isProven(at: sample) ? 1 : Self.unprovenPart
            samples += Int((samplingRate.value * part).rounded())
        }
        samples = min(samples, max(0, decidedUntil - lastComplex))
    }
}
