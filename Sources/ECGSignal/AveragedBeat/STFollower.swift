import ECGModel

/// Follows the ST level of every lead through a recording, second by second, and finds the episodes in which it has
/// changed.
///
/// The level is that of the averaged beat, J+80 ms, against a reference from the recording's first half minute. An
/// episode is a deviation of ``leastDeviation`` that lasts; it begins and ends where the deviation passes
/// ``edgeDeviation``, as in the European ST-T Database (Taddei et al. 1992).
struct STFollower: Sendable {
    /// Seconds whose mean is the reference (EC57: the first thirty).
    static let referenceSeconds = 30
    /// From this deviation on ST has changed, in millivolts, and below this one it has come back.
    static let leastDeviation = 0.1
    static let edgeDeviation = 0.05
    /// Thirty seconds in the definition; the average over eight beats rounds off five at either end.
    static let leastSeconds = 20
    /// An episode is over when the level has been back for this long.
    static let restSeconds = 15
    /// Time constants in seconds by which the reference follows. A level that comes nearer the PQ level is the end of a
    /// deviation that was there from the start; away from it the reference follows no faster than posture and drugs move
    /// the level.
    static let homewardSeconds = 60.0
    static let driftSeconds = 600.0
    /// A QRS complex longer or shorter than the reference's by this much is another way of conduction, and its secondary
    /// ST change says nothing of ischaemia.
    static let conductionChange = Milliseconds(30)
    /// The averaged beat counts from this many beats on.
    static let leastBeats = 3

    private var tracks: [Track]
    /// Mean duration of the QRS complexes that made the reference.
    private var referenceQRS = Milliseconds(0)
    private var referenceBeats = 0

    init(leadCount: Int) {
        tracks = Array(repeating: Track(), count: leadCount)
    }

    /// Takes the measurements of a second and writes what has changed into them.
    mutating func follow(_ measurements: inout Measurements) {
        guard measurements.averagedBeatCount >= Self.leastBeats, let qrs = measurements.intervals.qrs else {
            for lane in tracks.indices { measurements.stChanges[lane].deviation = nil }
            return
        }
        if referenceBeats < Self.referenceSeconds {
            referenceBeats += 1
            referenceQRS = referenceQRS + (qrs - referenceQRS) * (1 / Double(referenceBeats))
        }
        let isSameConduction = (qrs - referenceQRS).magnitude <= Self.conductionChange
        for lane in tracks.indices {
            if isSameConduction, measurements.quality[lane].isUsable, let level = measurements.waves[lane].st80 {
                tracks[lane].take(
                    level.value, at: measurements.sampleCount, rate: measurements.samplingRate,
                    into: &measurements.stChanges[lane])
            } else {
                measurements.stChanges[lane].deviation = nil
            }
        }
    }
}

/// The ST level of one lead through time.
private struct Track: Sendable {
    private var seconds = 0
    private var reference = 0.0
    /// The reference as it was when nothing had been reported yet.
    private var firstReference: Double?
    private var secondsAway = 0
    private var secondsBack = 0
    private var isAway = false
    /// When the deviation was last small, and its extreme since.
    private var lastAtRest: SampleIndex = 0
    private var peak = 0.0
    private var peakSample: SampleIndex = 0

    mutating func take(_ level: Double, at sample: SampleIndex, rate: Hertz, into change: inout STChange) {
        seconds += 1
        if seconds <= STFollower.referenceSeconds {
            reference += (level - reference) / Double(seconds)
            firstReference = reference
            lastAtRest = sample
            if seconds == STFollower.referenceSeconds { change.reference = Millivolts(reference) }
            return
        }
        let deviation = level - reference
        if deviation.magnitude < STFollower.edgeDeviation {
            lastAtRest = sample
            if !isAway { (peak, peakSample) = (0, sample) }
        }
        if deviation.magnitude > peak.magnitude { (peak, peakSample) = (deviation, sample) }
        if isAway {
            followEpisode(deviation, at: sample, rate: rate, into: &change)
        } else {
            seekEpisode(deviation, level: level, at: sample, rate: rate, into: &change)
        }
        change.reference = Millivolts(reference)
        change.deviation = Millivolts(deviation)
    }

    private mutating func seekEpisode(
        _ deviation: Double, level: Double, at sample: SampleIndex, rate: Hertz, into change: inout STChange
    ) {
        let isHomeward =
            level.magnitude < reference.magnitude
            && (level * reference > 0 || level.magnitude < STFollower.edgeDeviation)
        if isHomeward {
            reference += deviation / STFollower.homewardSeconds
        } else if deviation.magnitude < STFollower.leastDeviation {
            reference += deviation / STFollower.driftSeconds
        }
        if let first = firstReference, first.magnitude - reference.magnitude >= STFollower.leastDeviation {
            firstReference = nil
            change.episodeCount += 1
            change.episode = STEpisode(
                start: 0, end: sample, peakDeviation: Millivolts(first - reference),
                peakSample: Int(Double(STFollower.referenceSeconds / 2) * rate.value))
        }
        if deviation.magnitude >= STFollower.leastDeviation, !isHomeward {
            secondsAway += 1
        } else {
            secondsAway = max(0, secondsAway - 1)
        }
        guard secondsAway >= STFollower.leastSeconds else { return }
        isAway = true
        secondsBack = 0
        firstReference = nil
        change.episodeCount += 1
        change.episode = STEpisode(
            start: lastAtRest, end: nil, peakDeviation: Millivolts(peak), peakSample: peakSample)
    }

    private mutating func followEpisode(
        _ deviation: Double, at sample: SampleIndex, rate: Hertz, into change: inout STChange
    ) {
        change.episode?.peakDeviation = Millivolts(peak)
        change.episode?.peakSample = peakSample
        secondsBack = deviation.magnitude < STFollower.edgeDeviation ? secondsBack + 1 : 0
        guard secondsBack >= STFollower.restSeconds else { return }
        change.episode?.end = sample - Int(Double(STFollower.restSeconds) * rate.value)
        isAway = false
        secondsAway = 0
        (peak, peakSample) = (deviation, sample)
    }
}
