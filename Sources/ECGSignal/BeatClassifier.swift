import ECGModel

/// Tells where a beat started, from when it came, how wide it is and whether it looks like the patient's usual one.
struct BeatClassifier: Sendable {
    /// A beat before this part of the usual interval is premature (the criterion of most Holter analysers).
    private static let prematurePart: Float = 0.85
    private static let stronglyPrematurePart: Float = 0.78
    /// Complexes at least this much wider than the usual one are wide for this patient; at least this much if premature.
    private static let wideRatio: Float = 1.35
    private static let widerRatio: Float = 1.15
    /// A QRS complex of 120 ms is wide in any patient; its envelope is about this wide at a quarter of its height. With
    /// 150 ms a quarter of the beats called ventricular on MIT-BIH were not, with 170 an eighth.
    private static let wideMilliseconds: Float = 170
    private static let shapeMemory: Float = 0.97
    private static let settledShapeBeats: Float = 20
    /// Intervals longer than this, in seconds, are not a tachycardia (100 /min).
    private static let slowSeconds: Float = 0.6
    /// Below this correlation with the usual shape a complex is another one; below the second even if it comes in time.
    private static let sameShape: Float = 0.65
    private static let otherShape: Float = 0.3
    /// Above this irregularity no interval is premature.
    private static let irregular: Float = 0.18
    /// Odds of 3:1 and less are no ground for naming a beat's origin.
    private static let leastLogOdds: Float = 1

    private let rate: Float
    /// Beats by shape, fading over about thirty beats.
    private var shapeBeats = [Float](repeating: 0, count: TemplateBank.shapeCount)
    private var isVentricularShape = [Bool](repeating: false, count: TemplateBank.shapeCount)
    private var usualWidth: Float = 0

    init(rate: Double) { self.rate = Float(rate) }

    struct Verdict {
        var beatClass: BeatClass
        var isWide: Bool
    }

    mutating func classify(
        _ decision: BeatDetector.Decision, widthTicks: Int, intervalTicks: Int?, history: CandidateView.History,
        isPaced: Bool
    ) -> Verdict {
        let width = Float(widthTicks) / rate * 1000
        let shape = decision.shape ?? 0
        if decision.isNewShape {
            shapeBeats[shape] = 0
            isVentricularShape[shape] = false
        }
        let usualShape = usualShape()
        for s in shapeBeats.indices { shapeBeats[s] *= Self.shapeMemory }
        shapeBeats[shape] += 1
        let isUsualShape = usualShape == nil || shape == usualShape
        let isWide = width >= Self.wideMilliseconds || (usualWidth > 0 && width > usualWidth * Self.wideRatio)
        if isUsualShape { usualWidth += (width - usualWidth) * (usualWidth == 0 ? 1 : 0.1) }
        let interval: Float? =
            if let intervalTicks, let usual = history.usualInterval { Float(intervalTicks) / usual } else { nil }

        if isPaced { return Verdict(beatClass: .paced, isWide: isWide) }
        let likeness = usualShape.map { decision.match.correlations[$0] } ?? 1
        if isVentricularShape[shape], likeness < Self.sameShape {
            // A wide shape that stays at an ordinary rate is a bundle-branch block, not a ventricular rhythm.
            let isSlow = history.usualInterval.map { $0 / rate > Self.slowSeconds } ?? false
            if shapeBeats[shape] > Self.settledShapeBeats, isSlow { isVentricularShape[shape] = false }
            return Verdict(beatClass: .ventricular, isWide: true)
        }
        if decision.logOdds < Self.leastLogOdds { return Verdict(beatClass: .unclassifiable, isWide: isWide) }
        let isRegular = history.irregularity < Self.irregular
        let isPremature = isRegular && (interval.map { $0 < Self.prematurePart } ?? false)
        let isOther = !isUsualShape && likeness < Self.sameShape && usualWidth > 0
        if isOther, isPremature ? width > usualWidth * Self.widerRatio : isWide && likeness < Self.otherShape {
            isVentricularShape[shape] = true
            return Verdict(beatClass: .ventricular, isWide: true)
        }
        let isEarly = interval.map { $0 < Self.stronglyPrematurePart } ?? false
        if isRegular, isEarly {
            return Verdict(beatClass: .supraventricular, isWide: isWide)
        }
        return Verdict(beatClass: .normal, isWide: isWide)
    }

    /// The shape that most of the last beats had, ventricular ones left out while there is another.
    private func usualShape() -> Int? {
        var best: Int?
        for s in shapeBeats.indices where shapeBeats[s] > 0 && !isVentricularShape[s] {
            if best.map({ shapeBeats[s] > shapeBeats[$0] }) ?? true { best = s }
        }
        return best
    }
}
