/// Sine and cosine from arithmetic alone, so that a seed gives the same bits with every C library.
///
/// The Taylor series over a quarter turn, to the term in which a double no longer changes.
enum CircularFunctions {
    /// The sine of an angle in turns (1 is the full circle).
    static func sine(turns: Double) -> Double {
        var reduced = turns - turns.rounded()
        if reduced > 0.25 { reduced = 0.5 - reduced }
        if reduced < -0.25 { reduced = -0.5 - reduced }
        let angle = reduced * 2 * Double.pi
        let square = angle * angle
        var term = angle
        var sum = angle
        for order in stride(from: 2.0, through: 20, by: 2) {
            term *= -square / (order * (order + 1))
            sum += term
        }
        return sum
    }

    static func cosine(turns: Double) -> Double { sine(turns: turns + 0.25) }
}

/// A sine wave made one sample after another by rotating a phasor: two multiplications instead of a sine a sample.
struct Oscillator: Sendable {
    private(set) var cosine: Double
    private(set) var sine: Double
    private var stepCosine: Double
    private var stepSine: Double

    init(frequencyHertz: Double, samplingRateHertz: Double, phaseTurns: Double) {
        cosine = CircularFunctions.cosine(turns: phaseTurns)
        sine = CircularFunctions.sine(turns: phaseTurns)
        stepCosine = CircularFunctions.cosine(turns: frequencyHertz / samplingRateHertz)
        stepSine = CircularFunctions.sine(turns: frequencyHertz / samplingRateHertz)
    }

    /// Changes the frequency without a step in the wave.
    mutating func retune(frequencyHertz: Double, samplingRateHertz: Double) {
        stepCosine = CircularFunctions.cosine(turns: frequencyHertz / samplingRateHertz)
        stepSine = CircularFunctions.sine(turns: frequencyHertz / samplingRateHertz)
    }

    /// Goes on by one sample. The phasor's length is off by at most one rounding, 10⁻¹⁶, a step: after a year at 1000 Hz
    /// still by less than 10⁻⁵, so it is never set right.
    mutating func advance() {
        (cosine, sine) = (cosine * stepCosine - sine * stepSine, sine * stepCosine + cosine * stepSine)
    }
}
