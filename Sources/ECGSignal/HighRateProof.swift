import ECGModel

/// High rates that wait for their proof.
///
/// A high rate is believed once no fibrillation has been recognised for ``seconds`` after it: recognition takes that long,
/// and the peaks of fibrillation may be counted as beats.
struct HighRateProof: Sendable {
    static let seconds = 7

    struct Rate: Sendable {
        var rate: BeatsPerMinute
        var isNarrow: Bool
    }

    /// By second, the present one first; 0 where there was none. One more than seconds wait: the present one.
    private var rates = SIMD8<Double>.zero
    /// A bit for each.
    private var isNarrow: UInt8 = 0

    /// Takes a rate of the present second.
    mutating func add(_ rate: BeatsPerMinute, isNarrow narrow: Bool) {
        guard rate.value > rates[0] else { return }
        rates[0] = rate.value
        isNarrow = isNarrow & ~1 | (narrow ? 1 : 0)
    }

    /// Ends the present second. Returns the rate that has waited long enough, if there is one.
    mutating func endSecond() -> Rate? {
        let proven = rate(of: Self.seconds)
        for second in stride(from: Self.seconds, to: 0, by: -1) { rates[second] = rates[second - 1] }
        rates[0] = 0
        isNarrow <<= 1
        return proven
    }

    /// The highest of those that still wait, at the recording's end.
    var highest: Rate? {
        rates.indices.max { rates[$0] < rates[$1] }.flatMap(rate)
    }

    mutating func discard() { self = HighRateProof() }

    private func rate(of second: Int) -> Rate? {
        guard rates[second] > 0 else { return nil }
        return Rate(rate: BeatsPerMinute(rates[second]), isNarrow: isNarrow >> UInt8(second) & 1 == 1)
    }
}
