/// SplitMix64, the generator of Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014:
/// the same seed gives the same copies on every machine.
struct SeededDraws: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// Draws that depend on the seed and on a name, so that a recording's copies do not change with the others.
    init(seed: UInt64, name: String) {
        state = name.utf8.reduce(seed ^ 0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
        _ = next()
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func uniform(_ low: Float, _ high: Float) -> Float {
        low + (high - low) * Float(next() >> 40) * 0x1p-24
    }
    /// Uniform over the logarithm.
    mutating func ratio(_ low: Float, _ high: Float) -> Float { Float.pow2(uniform(low.log2, high.log2)) }
    mutating func chance(_ probability: Float) -> Bool { uniform(0, 1) < probability }
    mutating func index(below count: Int) -> Int { Int(next() % UInt64(count)) }
    mutating func sign() -> Float { chance(0.5) ? 1 : -1 }
    /// About normal, deviation 1.
    mutating func normal() -> Float {
        var sum: Float = -6
        for _ in 0..<12 { sum += uniform(0, 1) }
        return sum
    }
}
