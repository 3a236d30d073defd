import ECGModel

// A NaN compares false with everything, so one that slipped through would pass for a value within its limits. What is not
// finite was not measured.

extension Optional where Wrapped: Quantity {
    /// The value, if it is a number.
    var measured: Wrapped? {
        guard let value = self, value.value.isFinite else { return nil }
        return value
    }
}

extension Quantity {
    /// The value, or zero where it is not a number.
    var measuredOrZero: Self { value.isFinite ? self : 0 }
}

extension Intervals {
    func keepingMeasuredValues() -> Intervals {
        var kept = self
        kept.heartRate = heartRate.measured
        kept.pr = pr.measured
        kept.qrs = qrs.measured
        kept.qt = qt.measured
        kept.qtcBazett = qtcBazett.measured
        kept.qtcFridericia = qtcFridericia.measured
        return kept
    }
}

extension RhythmMeasurements {
    func keepingMeasuredValues() -> RhythmMeasurements {
        var kept = self
        kept.timeSinceLastBeat = timeSinceLastBeat.measuredOrZero
        kept.recent = recent.keepingMeasuredValues()
        kept.worst = worst.keepingMeasuredValues()
        return kept
    }
}

extension RhythmExtremes {
    fileprivate func keepingMeasuredValues() -> RhythmExtremes {
        var kept = self
        kept.longestRR = longestRR.measured
        kept.shortestRR = shortestRR.measured
        kept.wideComplexRunRate = wideComplexRunRate.measured
        kept.wideComplexRunDuration = wideComplexRunDuration.measuredOrZero
        kept.fibrillationDuration = fibrillationDuration.measuredOrZero
        kept.sustainedHighRate = sustainedHighRate.measured
        kept.sustainedLowRate = sustainedLowRate.measured
        kept.sustainedLowRateBesideLongestRR = sustainedLowRateBesideLongestRR.measured
        return kept
    }
}
