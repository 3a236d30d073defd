import ECGSimulator

/// What a recording's copies are drawn from: the same seed gives the same copies on every machine.
struct SeededDraws: RandomNumberGenerator {
    private var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    /// Draws that depend on the seed and on a name, so that a recording's copies do not change with the others.
    init(seed: UInt64, name: String) {
        let hash = name.utf8.reduce(seed ^ 0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
        generator = SeededGenerator(seed: hash)
        _ = next()
    }

    mutating func next() -> UInt64 { generator.next() }

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
