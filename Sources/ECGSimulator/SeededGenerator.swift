/// SplitMix64, the generator of Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
///
/// The whole simulation draws from it, and whatever else has to be chance and the same on every machine, bit for bit. It is
/// not fit for secrets.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    public init(seed: UInt64) { state = seed }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A generator whose sequence is independent of what else is drawn from this one.
    mutating func split() -> SeededGenerator { SeededGenerator(seed: next()) }

    /// Uniform over [0, 1).
    mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// Uniform over a range.
    mutating func uniform(_ range: ClosedRange<Double>) -> Double {
        range.lowerBound + (range.upperBound - range.lowerBound) * unit()
    }

    /// Nearly normal with mean 0 and deviation 1: the sum of twelve uniform numbers less six. It never leaves ±6, and
    /// needs no logarithm, whose last bit differs between C libraries.
    mutating func normal() -> Double {
        var sum = -6.0
        for _ in 0..<12 { sum += unit() }
        return sum
    }

    /// Nearly normal, cut off at the ends of a range.
    mutating func normal(mean: Double, deviation: Double, within range: ClosedRange<Double>) -> Double {
        min(max(mean + deviation * normal(), range.lowerBound), range.upperBound)
    }

    mutating func chance(_ probability: Double) -> Bool { unit() < probability }
}
