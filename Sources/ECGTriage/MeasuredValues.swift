import ECGModel

extension Measurements {
    /// The same measurements with every number that is not finite taken as not measured.
    ///
    /// A NaN compares false with everything, and `>=` on ``Quantity`` is the negation of `<`: one that slipped through
    /// would meet every limit.
    func keepingMeasuredValues() -> Measurements {
        var kept = self
        Self.drop(&kept.intervals, [\.pr, \.qrs, \.qt, \.qtcBazett, \.qtcFridericia])
        Self.drop(&kept.intervals, [\.heartRate])
        Self.drop(&kept.rhythm, [\.longestRR, \.shortestRR])
        Self.drop(&kept.rhythm, [\.wideComplexRunRate, \.sustainedHighRate, \.sustainedLowRate])
        for path in [
            \RhythmMeasurements.timeSinceLastBeat, \.wideComplexRunDuration, \.fibrillationDuration,
        ] where !kept.rhythm[keyPath: path].value.isFinite {
            kept.rhythm[keyPath: path] = 0
        }
        for index in kept.waves.indices {
            Self.drop(
                &kept.waves[index],
                [\.stJ, \.st20, \.st40, \.st60, \.st80, \.p, \.q, \.r, \.s, \.rPrime, \.t, \.tSecond, \.terminalQRS])
            Self.drop(&kept.waves[index], [\.qDuration, \.rDuration])
        }
        for index in kept.quality.indices { Self.drop(&kept.quality[index], [\.noise]) }
        return kept
    }

    private static func drop<Root, Unit: Quantity>(_ root: inout Root, _ paths: [WritableKeyPath<Root, Unit?>]) {
        for path in paths {
            if let value = root[keyPath: path]?.value, !value.isFinite { root[keyPath: path] = nil }
        }
    }
}
