import ECGModel

/// The quality of a recording as a whole, from that of its seconds.
///
/// An ECG is not worth less because the electrodes were not on yet when somebody pressed start, or came off before somebody
/// pressed stop, nor more because a patient who shivered lay still in its last second.
struct QualityHistory: Sendable {
    /// Share of a new second in the running score of what is averaged: a memory of about four seconds, as of the noise
    /// measures (``QualityTracker``).
    private static let share: Float = 0.25

    private static let problems: [SignalProblems] = [.leadOff, .saturated, .mains, .muscle, .baseline]

    // The wide ones first: they are aligned to 64 bytes, and what stands between them takes as much.
    /// Sums over the seconds, by channel.
    private var scores = SIMD16<Float>.zero
    /// The score in the latest seconds of which beats went into the average, by channel: those in which no heart beats,
    /// because nobody is connected any more, leave the averaged beat as it was.
    private var averagedScores = SIMD16<Float>.zero
    /// By problem, in the order of ``problems``.
    private var secondsWithProblem = Array(repeating: SIMD16<Float>.zero, count: Self.problems.count)
    private var seconds: Float = 0
    /// Seconds in which no electrode had contact; they are in none of the sums.
    private var bareSeconds: Float = 0
    private var hasAveraged = false

    /// A standard ECG's length: so much of it with electrodes on is worth what it is worth alone.
    private static let standardSeconds: Float = 10

    /// Takes a second.
    /// - Parameter isAveraging: whether a beat of it went into the averaged beat.
    mutating func add(_ quality: [LeadQuality], isAveraging: Bool) {
        guard quality.contains(where: { !$0.problems.contains(.leadOff) }) else {
            bareSeconds += 1
            return
        }
        seconds += 1
        for lane in quality.indices {
            let score = Float(quality[lane].score)
            scores[lane] += score
            for (index, problem) in Self.problems.enumerated() where quality[lane].problems.contains(problem) {
                secondsWithProblem[index][lane] += 1
            }
            if isAveraging {
                averagedScores[lane] += (score - averagedScores[lane]) * (hasAveraged ? Self.share : 1)
            }
        }
        if isAveraging { hasAveraged = true }
    }

    /// Writes the quality of the recording as a whole. A problem is the recording's if most of its seconds have it, or
    /// where the lead is unusable, most of what makes it so. Levels are those of the averaged beat, so a lead whose latest
    /// averaged seconds are worse than the recording counts as they do.
    func summarize(into measurements: inout Measurements) {
        let isStandard = seconds >= Self.standardSeconds
        let bareSeconds = isStandard ? 0 : bareSeconds
        let seconds = seconds + bareSeconds
        guard seconds > 0 else { return }
        var readable = 0
        for lane in measurements.quality.indices {
            let mean = scores[lane] / seconds
            let isReadable = Double(mean) >= LeadQuality.leastUsableScore
            if isReadable { readable += 1 }
            measurements.quality[lane].score = Double(hasAveraged ? min(mean, averagedScores[lane]) : mean)
            measurements.quality[lane].problems = problems(
                of: lane, isReadable: isReadable, bareSeconds: bareSeconds)
        }
        measurements.recordingQuality.verdict = RecordingQuality.Verdict(
            usable: readable, of: measurements.quality.count)
    }

    private func problems(of lane: Int, isReadable: Bool, bareSeconds: Float) -> SignalProblems {
        func secondsWith(_ index: Int) -> Float {
            secondsWithProblem[index][lane] + (Self.problems[index] == .leadOff ? bareSeconds : 0)
        }
        var found: SignalProblems = []
        for (index, problem) in Self.problems.enumerated() where secondsWith(index) * 2 > seconds + bareSeconds {
            found.insert(problem)
        }
        guard found.isEmpty, !isReadable,
            let most = Self.problems.indices.max(by: { secondsWith($0) < secondsWith($1) }), secondsWith(most) > 0
        else { return found }
        return Self.problems[most]
    }
}

extension RecordingQuality.Verdict {
    /// Good where all leads are usable, doubtful where half of them are.
    init(usable: Int, of leads: Int) {
        self = usable == leads ? .good : usable * 2 >= leads && usable > 0 ? .doubtful : .unusable
    }
}
