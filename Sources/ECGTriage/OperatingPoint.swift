import ECGModel

extension TriageTable {
    /// The same rules at another operating point: every limit of ST deviation multiplied by a factor. Below 1 more
    /// infarctions are found and more healthy people alerted, above 1 fewer of either.
    ///
    /// What is measured otherwise stays: waves, intervals, the formulas' scores, shares and multiples, levels that exclude.
    ///
    /// - Precondition: `factor` is positive.
    public func scalingSTLimits(by factor: Double) -> TriageTable {
        precondition(factor > 0, "a limit of ST deviation is positive")
        var scaled = self
        for index in scaled.stElevation.limits.indices {
            scaled.stElevation.limits[index].elevation = stElevation.limits[index].elevation * factor
        }
        func scale(_ limit: WritableKeyPath<TriageTable, Millivolts>) {
            scaled[keyPath: limit] = self[keyPath: limit] * factor
        }
        scale(\.stElevation.reciprocalDepression)
        scale(\.stElevation.unmistakable)
        scale(\.sgarbossa.concordantElevation)
        scale(\.sgarbossa.concordantDepression)
        scale(\.sgarbossa.discordantElevation)
        scale(\.sgarbossa.ratioElevation)
        scale(\.posterior.depression)
        scale(\.diffuseIschaemia.elevationAVR)
        scale(\.diffuseIschaemia.depression)
        scale(\.diffuseIschaemia.depressionBeyondStrain)
        scale(\.deWinter.depression)
        scale(\.anteriorFormula.elevation)
        scale(\.noncontiguous.elevation)
        scale(\.noncontiguous.depression)
        scale(\.stDepression.depression)
        scale(\.comparison.newElevation)
        scale(\.serialChange.change)
        scale(\.serialChange.reciprocalChange)
        return scaled
    }
}
