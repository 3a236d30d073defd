/// Knows waves of the atria that no beat of the ventricles follows: those of heart block and of pauses, which the
/// network may take for small beats.
///
/// They are much smaller than the ventricles' complexes and unlike them, and these go on regularly, whether a wave comes
/// between them or not. A wave of middling size must also march through the ventricles' cycle: a beat, as in bigeminy of
/// large and small ones, keeps its distance.
struct AtrialWaves: Sendable {
    /// What is known of a candidate.
    struct Verdict: Sendable {
        /// It is no beat.
        var isAtrial = false
        /// It stands beside slow complexes that go on regularly whatever comes between them, so it hides no beat.
        var isBystander = false
    }

    /// Smaller than the ventricles' complexes by at least so much, as log2 of the root of the slopes' energy, and
    /// correlated with them no better, it is another wave. P waves of simulated blocks are 1.2 to 3.6 below. Of what the
    /// network takes for beats on mitdb the rules below refuse eight beats and eight false ones; with −1 it would be eleven
    /// beats more, in bigeminy.
    static let marchingSize: Float = -1.25
    private static let unlike: Float = 0.6
    /// Below this size it needs not march if there are two more of its size within a cycle: where the atria beat three
    /// times as often as the ventricles they do not march, and bigeminy has but one.
    private static let repeatedSize: Float = -1.8
    private static let fewestRepeats = 2
    /// Below this size nothing is asked, not even that the complexes go on: they may stand still. Complexes of bigeminy
    /// differ less.
    private static let tinySize: Float = -2.5
    /// What may not march is believed to be a beat from these odds on: no beats of eight sets that are so small beside or
    /// after regular ones have less, but a few in artefacts.
    private static let beatLogOdds: Float = 4
    /// What is so small and no more likely than this is no beat beside any complexes whose own odds are good. Of what the
    /// network takes for beats in mitdb and cinc2014x this refuses 8 beats and 15 false ones, and nothing of six other sets.
    private static let doubtfulSize: Float = -1.8
    private static let doubtfulLogOdds: Float = 1
    private static let goodLogOdds: Float = 4
    private static let logOddsShare: Float = 0.3
    /// Complexes count for so long, in seconds.
    private static let lastingSeconds: Float = 8
    /// Smaller than this it is no wave at all.
    private static let leastSize: Float = -5
    /// Regular: no two of the last intervals differ by more than this part of their mean. Escape rhythms vary by 1 to 5 %.
    private static let regularity: Float = 0.15
    /// Slow cycles, in seconds: shorter ones leave no room for a wave of its own, and with longer ones the complexes may be
    /// artefacts.
    private static let slowCycleSeconds: ClosedRange<Float> = 0.9...3.5
    /// A cycle may last this many times its usual length before the rhythm counts as over.
    private static let lateCycle: Float = 1.5
    private static let fewestComplexes = 2
    private static let cycleMemory = 4
    /// Waves of one origin differ in size by less than this, as log2, and keep their distance from the complex before them
    /// as well as this, in seconds: the coupling of bigeminy in MIT-BIH 207 varies by 0.1 s.
    private static let sameSize: Float = 1
    private static let boundSeconds: Float = 0.1
    private static let waveMemory = 16
    /// A wave on the beats' own grid is one of them: it comes after the usual interval, to this part of it, and that does
    /// not vary by more than this.
    private static let gridTolerance: Float = 0.12
    private static let gridIrregularity: Float = 0.1

    private let rate: Float
    /// By shape: the ticks of the last complexes, the latest first, how many there were, and their mean odds.
    private var complexes = [SIMD4<Int32>](repeating: .zero, count: TemplateBank.shapeCount)
    private var counts = [Int](repeating: 0, count: TemplateBank.shapeCount)
    private var logOdds = [Float](repeating: 0, count: TemplateBank.shapeCount)
    /// The last waves beside the ventricles' complexes.
    private var waves = [(tick: Int, size: Float)](repeating: (Int.min / 2, 0), count: waveMemory)
    private var waveCount = 0

    /// - Parameter rate: ticks per second.
    init(rate: Double) { self.rate = Float(rate) }

    /// Judges a candidate of which the network has said its odds.
    mutating func judge(_ decision: BeatDetector.Decision, history: CandidateView.History) -> Verdict {
        let match = decision.match
        let size = match.sizeRatios.min()
        guard size < Self.marchingSize, size > Self.leastSize else { return Verdict() }
        var verdict = Verdict()
        for shape in 0..<TemplateBank.shapeCount where isSmaller(match, than: shape, at: decision.tick) {
            if match.sizeRatios[shape] < Self.doubtfulSize, decision.logOdds < Self.doubtfulLogOdds,
                logOdds[shape] > Self.goodLogOdds
            {
                verdict.isAtrial = true
            }
            guard let cycle = regularCycle(of: shape), !isOnGrid(history) else { continue }
            let isDoubted = decision.logOdds < Self.beatLogOdds
            if match.sizeRatios[shape] < Self.tinySize, isDoubted { verdict.isAtrial = true }
            guard Self.slowCycleSeconds.contains(cycle / rate),
                Float(decision.tick - Int(complexes[shape].x)) < Self.lateCycle * cycle
            else { continue }
            let isRepeated =
                match.sizeRatios[shape] < Self.repeatedSize
                && waves(ofSize: size, since: decision.tick - Int(cycle)) >= Self.fewestRepeats
            verdict.isBystander = true
            if isRepeated && isDoubted || isMarching(through: shape, at: decision.tick, size: size) {
                verdict.isAtrial = true
            }
        }
        waves[waveCount % Self.waveMemory] = (decision.tick, size)
        waveCount += 1
        return verdict
    }

    private func isSmaller(_ match: TemplateBank.Match, than shape: Int, at tick: Int) -> Bool {
        counts[shape] >= Self.fewestComplexes && match.sizeRatios[shape] < Self.marchingSize
            && match.correlations[shape] < Self.unlike
            && Float(tick - Int(complexes[shape].x)) < Self.lastingSeconds * rate
    }

    private func isOnGrid(_ history: CandidateView.History) -> Bool {
        guard let since = history.ticksSinceBeat, let usual = history.usualInterval else { return false }
        return history.irregularity < Self.gridIrregularity
            && abs(Float(since) / usual - 1) < Self.gridTolerance
    }

    /// The mean of the last intervals between complexes of this shape, in ticks; nil where they are not regular.
    private func regularCycle(of shape: Int) -> Float? {
        let ticks = complexes[shape]
        let intervals = min(counts[shape], Self.cycleMemory) - 1
        guard intervals > 1 else { return nil }
        var shortest = Float.infinity
        var longest: Float = 0
        for i in 0..<intervals {
            let interval = Float(ticks[i] - ticks[i + 1])
            shortest = min(shortest, interval)
            longest = max(longest, interval)
        }
        let cycle = Float(ticks[0] - ticks[intervals]) / Float(intervals)
        return longest - shortest <= Self.regularity * cycle ? cycle : nil
    }

    private func waves(ofSize size: Float, since tick: Int) -> Int {
        waves.count { $0.tick >= tick && abs($0.size - size) < Self.sameSize }
    }

    /// Whether nothing of this size stood at this distance from the complex before the last.
    private func isMarching(through shape: Int, at tick: Int, size: Float) -> Bool {
        let same = tick - Int(complexes[shape].x - complexes[shape].y)
        return !waves.contains {
            Float(abs($0.tick - same)) <= Self.boundSeconds * rate && abs($0.size - size) < Self.sameSize
        }
    }

    /// Keeps the time of a beat, for its own shape and for those that it is as like: noise may split one shape in two.
    mutating func note(_ beat: BeatDetector.Decision, shape: Int) {
        if beat.isNewShape { counts[shape] = 0 }
        for other in 0..<TemplateBank.shapeCount
        where other == shape || counts[other] > 0 && beat.match.correlations[other] >= TemplateBank.membership {
            let share = counts[other] == 0 ? 1 : Self.logOddsShare
            counts[other] += 1
            logOdds[other] += (beat.logOdds - logOdds[other]) * share
            let before = complexes[other]
            complexes[other] = SIMD4(Int32(beat.tick), before.x, before.y, before.z)
        }
    }
}
