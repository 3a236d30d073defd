/// The complexes that were found in the last seconds, and how surely they are those of a beating heart.
///
/// Wide complexes that follow each other fast leave no rest between them, so that the line swings as in fibrillation; but
/// they look alike, and fibrillation's waves do not.
struct ComplexesSeen: Sendable {
    // The last three seconds count: a window of four, and complexes are found one second late.

    /// Fewer do not leave the line without rest: 120 /min.
    private static let fewest: Float = 6
    /// The part of them that must belong to a shape seen before.
    private static let alikePart: Float = 0.75

    /// By second, the present one first: how many there were, how many belonged to a shape seen before, and the sum of the
    /// detector's logarithms of odds.
    private var counts = SIMD4<Float>.zero
    private var alike = SIMD4<Float>.zero
    private var logOdds = SIMD4<Float>.zero

    mutating func note(_ complex: BeatDetector.Decision) {
        counts.x += 1
        if !complex.isNewShape { alike.x += 1 }
        logOdds.x += complex.logOdds
    }

    /// Ends a second.
    ///
    /// - Returns: how sure those of the last ones are on the mean, if they are enough and alike: the detector's logarithm of
    ///   the odds that they are complexes.
    mutating func endSecond() -> Float? {
        func sum(_ bySecond: SIMD4<Float>) -> Float { bySecond.x + bySecond.y + bySecond.z }
        let count = sum(counts)
        let areAlike = count >= Self.fewest && sum(alike) >= Self.alikePart * count
        let sureness = areAlike ? sum(logOdds) / count : nil
        func shift(_ bySecond: inout SIMD4<Float>) { bySecond = SIMD4(0, bySecond.x, bySecond.y, 0) }
        shift(&counts)
        shift(&alike)
        shift(&logOdds)
        return sureness
    }
}
