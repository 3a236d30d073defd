/// The complexes that were found in the last seconds, and how surely they are those of a beating heart.
///
/// Wide complexes that follow each other fast leave no rest between them, so that the line swings as in fibrillation; but
/// they look alike, and fibrillation's waves do not. Nor does a tachycardia of the ventricles have stimuli before it.
struct ComplexesSeen: Sendable {
    // The last three seconds count: a window of four, and complexes are found one second late.

    /// Fewer do not leave the line without rest: 120 /min.
    private static let fewest: Float = 6
    /// The part of them that must belong to a shape seen before.
    private static let alikePart: Float = 0.75
    /// Fewer with a stimulus, and a lesser part of all, may be those of a pacemaker before a tachycardia.
    private static let fewestPaced: Float = 4
    private static let pacedPart: Float = 0.75

    /// What those of the last seconds say.
    struct Verdict: Sendable {
        /// How sure they are on the mean, if they are enough and alike: the detector's logarithm of the odds that they are
        /// complexes.
        var sureness: Float?
        /// Whether a pacemaker drives them.
        var arePaced = false
    }

    /// By second, the present one first: how many there were, how many belonged to a shape seen before, how many had a
    /// stimulus before them, and the sum of the detector's logarithms of odds.
    private var counts = SIMD4<Float>.zero
    private var alike = SIMD4<Float>.zero
    private var paced = SIMD4<Float>.zero
    private var logOdds = SIMD4<Float>.zero

    mutating func note(_ complex: BeatDetector.Decision, isPaced: Bool) {
        counts.x += 1
        if !complex.isNewShape { alike.x += 1 }
        if isPaced { paced.x += 1 }
        logOdds.x += complex.logOdds
    }

    /// Ends a second.
    mutating func endSecond() -> Verdict {
        func sum(_ bySecond: SIMD4<Float>) -> Float { bySecond.x + bySecond.y + bySecond.z }
        let count = sum(counts)
        var verdict = Verdict(
            arePaced: sum(paced) >= Self.fewestPaced && sum(paced) >= Self.pacedPart * count)
        if count >= Self.fewest, sum(alike) >= Self.alikePart * count { verdict.sureness = sum(logOdds) / count }
        func shift(_ bySecond: inout SIMD4<Float>) { bySecond = SIMD4(0, bySecond.x, bySecond.y, 0) }
        shift(&counts)
        shift(&alike)
        shift(&paced)
        shift(&logOdds)
        return verdict
    }
}
