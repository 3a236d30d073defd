/// The heart vector of fibrillating muscle: several wandering oscillators that turn in space.
///
/// The band of ventricular fibrillation early after its onset is 3 to 7 Hz, of coarse atrial fibrillatory waves 4 to 9 Hz.
/// Frequencies and amplitudes are drawn anew from time to time and approached slowly, so the signal never repeats and
/// has no step.
struct FibrillatoryWaves: Sendable {
    private struct Rotor: Sendable {
        var oscillator: Oscillator
        var major: HeartVector
        var minor: HeartVector
        var level: Float
        var target: Float
        var nextDraw: Int
    }
    private var rotors: [Rotor]
    private var random: SeededGenerator
    private let band: ClosedRange<Double>
    private let rateHertz: Double
    private let approach: Float

    init(
        bandHertz: ClosedRange<Double>, rotors count: Int, millivolts: Double, axes: SIMD3<Double>, rateHertz: Double,
        random: SeededGenerator
    ) {
        self.random = random
        self.rateHertz = rateHertz
        band = bandHertz
        // Levels follow their targets with a time constant of 0.3 s.
        approach = Float(1 / (0.3 * rateHertz))
        // Levels start at 0, so that the onset is no step.
        rotors = []
        for index in 0..<count {
            // One leading rotor and weaker ones around its frequency.
            let share = index == 0 ? 1.0 : 0.6
            let axis = { (random: inout SeededGenerator) -> HeartVector in
                let raw = SIMD3(random.normal(), random.normal(), random.normal())
                let length = max((raw * raw).sum().squareRoot(), 0.1)
                return HeartVector(share * millivolts / length * raw * axes)
            }
            rotors.append(
                Rotor(
                    oscillator: Oscillator(
                        frequencyHertz: self.random.uniform(bandHertz), samplingRateHertz: rateHertz,
                        phaseTurns: self.random.unit()),
                    major: axis(&self.random), minor: 0.6 * axis(&self.random), level: 0, target: 1,
                    nextDraw: Int(self.random.uniform(0.3...1) * rateHertz)))
        }
    }

    /// The next sample, `index` samples after the fibrillation's begin.
    mutating func next(_ index: Int) -> HeartVector {
        var sum = HeartVector.zero
        for number in rotors.indices {
            sum +=
                rotors[number].level
                * (Float(rotors[number].oscillator.cosine) * rotors[number].major
                    + Float(rotors[number].oscillator.sine) * rotors[number].minor)
            rotors[number].oscillator.advance()
            rotors[number].level += approach * (rotors[number].target - rotors[number].level)
            guard index >= rotors[number].nextDraw else { continue }
            rotors[number].target = Float(random.uniform(0.2...1.4))
            rotors[number].oscillator.retune(
                frequencyHertz: random.uniform(band), samplingRateHertz: rateHertz)
            rotors[number].nextDraw = index + Int(random.uniform(0.2...0.9) * rateHertz)
        }
        return sum
    }
}
