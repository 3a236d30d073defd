import ECGModel

/// Tells where a beat started, from when it came, how wide it is and whether it looks like the patient's usual one.
struct BeatClassifier: Sendable {
    struct Verdict {
        var beatClass: BeatClass
        var isWide: Bool
        /// How surely the beat and those of its shape are ventricular: a natural logarithm of odds; 0 if paced.
        var ventricularOdds: Float
    }

    /// Complexes at least this much wider than the usual one are wide for this patient.
    private static let wideRatio: Float = 1.35
    /// A QRS complex of 120 ms is wide in any patient; its envelope is 150 to 170 ms wide at a quarter of its height.
    private static let wideSeconds: Float = 0.17
    /// Counts of beats by shape fade by this with every beat: about thirty beats of memory. A shape with more of them than
    /// the second is settled.
    private static let shapeMemory: Float = 0.97
    private static let settledShapeBeats: Float = 20
    /// Intervals longer than this, in seconds, are not a tachycardia (100 /min).
    private static let slowSeconds: Float = 0.6
    /// Share of a new beat in what is known of its shape, of the usual width and of the usual interval.
    private static let share: Float = 0.1
    /// One beat tells no more than this of its shape, as a natural logarithm.
    private static let greatestOdds: Float = 4
    /// Odds of 3:1 and less that there is a beat at all are no ground for naming its origin.
    private static let leastLogOdds: Float = 1

    private let network: BeatNetwork
    private let rate: Float
    /// What the last beat looked like.
    private(set) var view: BeatView
    /// Beats by shape, fading over about thirty beats, how many there have been, and the mean odds that they are ventricular.
    private var shapeBeats = SIMD4<Float>.zero
    private var shapeCounts = SIMD4<Float>.zero
    private var shapeOdds = SIMD4<Float>.zero
    private var usualWidth: Float = 0
    private var previousInterval: Float?
    private var wasUsual = false
    private var sinusInterval: Float?
    /// What the network said of the last beat and the one before it.
    private var lastOdds = SIMD2<Float>.zero

    /// - Parameters:
    ///   - rate: ticks per second.
    ///   - network: tells the classes.
    init(rate: Double, network: BeatNetwork = .fitted) {
        self.network = network
        self.rate = Float(rate)
        view = BeatView(rate: rate)
    }

    mutating func classify(
        _ decision: BeatDetector.Decision, in signal: DetectionSignal, intervalTicks: Int?,
        history: CandidateView.History, isPaced: Bool
    ) -> Verdict {
        let shape = decision.shape ?? 0
        if decision.isNewShape {
            shapeBeats[shape] = 0
            shapeCounts[shape] = 0
            shapeOdds[shape] = 0
        }
        let usualShape = usualShape(history)
        shapeBeats *= Self.shapeMemory
        shapeBeats[shape] += 1
        let isUsualShape = usualShape == nil || shape == usualShape
        let interval = intervalTicks.map(Float.init)
        view.look(
            at: decision, in: signal,
            context: .init(
                usualLikeness: usualShape.map { decision.match.correlations[$0] } ?? 1, interval: interval,
                previousInterval: previousInterval, sinusInterval: sinusInterval, shapeBeats: shapeBeats[shape],
                usualShapeBeats: usualShape.map { shapeBeats[$0] } ?? 0, shapeOdds: shapeOdds[shape],
                lastOdds: lastOdds),
            history: history)
        let likelihoods = network.judge(view.inputs)
        let odds = isPaced ? 0 : likelihoods.ventricular - max(likelihoods.normal, likelihoods.supraventricular)
        let isWide = view.width >= Self.wideSeconds || (usualWidth > 0 && view.width > usualWidth * Self.wideRatio)
        learn(shape: shape, isUsual: isUsualShape && odds <= 0, odds: odds, interval: interval)
        previousInterval = interval

        let beatClass: BeatClass =
            if isPaced {
                .paced
            } else if odds > 0 {
                .ventricular
            } else if decision.logOdds < Self.leastLogOdds {
                .unclassifiable
            } else {
                likelihoods.supraventricular > likelihoods.normal ? .supraventricular : .normal
            }
        return Verdict(
            beatClass: beatClass, isWide: isWide || beatClass == .ventricular,
            ventricularOdds: isPaced ? 0 : 0.5 * (lastOdds.x + shapeOdds[shape]))
    }

    private mutating func learn(
        shape: Int, isUsual: Bool, odds: Float, interval: Float?
    ) {
        shapeCounts[shape] += 1
        let bounded = max(-Self.greatestOdds, min(Self.greatestOdds, odds))
        shapeOdds[shape] += (bounded - shapeOdds[shape]) * max(Self.share, 1 / shapeCounts[shape])
        lastOdds = SIMD2(bounded, lastOdds.x)
        if isUsual {
            view.addToUsual()
            usualWidth += (view.width - usualWidth) * (usualWidth == 0 ? 1 : Self.share)
            if wasUsual, let interval {
                sinusInterval = sinusInterval.map { $0 + (interval - $0) * Self.share } ?? interval
            }
        }
        wasUsual = isUsual
    }

    /// The shape that most of the last beats had, ventricular ones left out while there is another.
    ///
    /// A wide shape that stays at an ordinary rate is a bundle-branch block, not a ventricular rhythm.
    private func usualShape(_ history: CandidateView.History) -> Int? {
        let isSlow = history.usualInterval.map { $0 / rate > Self.slowSeconds } ?? false
        var best: Int?
        for s in 0..<TemplateBank.shapeCount
        where shapeBeats[s] > 0 && (shapeOdds[s] <= 0 || isSlow && shapeBeats[s] > Self.settledShapeBeats) {
            if best.map({ shapeBeats[s] > shapeBeats[$0] }) ?? true { best = s }
        }
        return best
    }
}
