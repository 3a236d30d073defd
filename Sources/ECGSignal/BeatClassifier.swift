import ECGModel

/// Tells where a beat started, from when it came, how wide it is and whether it looks like the patient's usual one.
struct BeatClassifier: Sendable {
    /// A beat before this part of the usual interval is premature (the criterion of most Holter analysers).
    private static let prematurePart: Float = 0.85
    private static let stronglyPrematurePart: Float = 0.78
    /// Complexes at least this much wider than the usual one are wide for this patient.
    private static let wideRatio: Float = 1.35
    /// A QRS complex of 120 ms is wide in any patient; its envelope is about this wide at a quarter of its height.
    private static let wideMilliseconds: Float = 150
    /// Below this correlation with the usual shape a complex is another one.
    private static let sameShape: Float = 0.75
    /// Above this irregularity no interval is premature.
    private static let irregular: Float = 0.18
    /// Odds of 3:1 and less are no ground for naming a beat's origin.
    private static let leastLogOdds: Float = 1

    private let rate: Float
    private var shapeBeats = [Float](repeating: 0, count: TemplateBank.shapeCount)
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
        var dominant = 0
        for s in 1..<shapeBeats.count where shapeBeats[s] > shapeBeats[dominant] { dominant = s }
        // A shape's weight fades over about thirty beats, and a shape that took another's place starts anew.
        for s in shapeBeats.indices { shapeBeats[s] *= 0.97 }
        if decision.isNewShape { shapeBeats[shape] = 0 }
        let isUsualShape = shapeBeats[dominant] == 0 || shape == dominant
        shapeBeats[shape] += 1
        let isWide = width >= Self.wideMilliseconds || (usualWidth > 0 && width > usualWidth * Self.wideRatio)
        if isUsualShape { usualWidth += (width - usualWidth) * (usualWidth == 0 ? 1 : 0.1) }

        if isPaced { return Verdict(beatClass: .paced, isWide: isWide) }
        if decision.logOdds < Self.leastLogOdds { return Verdict(beatClass: .unclassifiable, isWide: isWide) }
        let ratio: Float? =
            if let intervalTicks, let usual = history.usualInterval { Float(intervalTicks) / usual } else { nil }
        let isRegular = history.irregularity < Self.irregular
        if !isUsualShape {
            let isPremature = ratio.map { $0 < Self.prematurePart } ?? false
            let isEscape = ratio.map { $0 > 1.4 } ?? false
            let widerThanUsual = usualWidth > 0 && width > usualWidth * 1.15
            if isWide && widerThanUsual || (isPremature && widerThanUsual) || (isEscape && isWide) {
                return Verdict(beatClass: .ventricular, isWide: true)
            }
        }
        if isRegular, let ratio, ratio < Self.stronglyPrematurePart, !isWide || isUsualShape {
            return Verdict(beatClass: .supraventricular, isWide: isWide)
        }
        return Verdict(beatClass: .normal, isWide: isWide)
    }
}
