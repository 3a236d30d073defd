/// A wave of the heart vector: a smooth bump in time along one direction.
///
/// The dipole model of R. Sameni, G. D. Clifford, C. Jutten, M. B. Shamsollahi, "Multichannel ECG and noise modeling",
/// EURASIP J. Advances in Signal Processing 2007, after P. E. McSharry and others, IEEE Trans. Biomed. Eng. 50 (2003)
/// 289–294, builds each vector component of sums of Gaussians. Here the Gaussian is replaced by (1 − u²)², which looks
/// alike but ends: a QRS complex begins and ends at a sample that is known exactly.
struct WaveLobe: Sendable {
    /// Time of the peak after the QRS onset, and how far the lobe reaches before and after it, in milliseconds.
    var peak: Double
    var before: Double
    var after: Double
    var vector: SIMD3<Double>
    /// Whether the rise is the narrower (1 − u²)³: slow to start and steep before the peak, as a T wave's is.
    var risesLate = false

    func value(at milliseconds: Double) -> SIMD3<Double> {
        let distance = milliseconds - peak
        let u = distance / (distance < 0 ? before : after)
        guard u > -1, u < 1 else { return .zero }
        let inside = 1 - u * u
        return (risesLate && distance < 0 ? inside : 1) * inside * inside * vector
    }
}

/// A level of the heart vector that is taken up, held and given back: the injury current of the ST segment.
struct WavePlateau: Sendable {
    /// The level rises over the first range and falls over the second, both in milliseconds after the QRS onset.
    var rise: ClosedRange<Double>
    var fall: ClosedRange<Double>
    var vector: SIMD3<Double>

    func value(at milliseconds: Double) -> SIMD3<Double> {
        (Self.step(milliseconds, over: rise) - Self.step(milliseconds, over: fall)) * vector
    }

    /// 0 before the range, 1 after it, and between them the cubic whose slope is 0 at both ends.
    private static func step(_ time: Double, over range: ClosedRange<Double>) -> Double {
        let length = range.upperBound - range.lowerBound
        guard length > 0 else { return time < range.lowerBound ? 0 : 1 }
        let u = min(max((time - range.lowerBound) / length, 0), 1)
        return u * u * (3 - 2 * u)
    }
}

/// Waves of one source of excitation, as functions of time.
struct WaveForm: Sendable {
    var lobes: [WaveLobe] = []
    var plateaus: [WavePlateau] = []

    func value(at milliseconds: Double) -> SIMD3<Double> {
        var sum = SIMD3<Double>.zero
        for lobe in lobes { sum += lobe.value(at: milliseconds) }
        for plateau in plateaus { sum += plateau.value(at: milliseconds) }
        return sum
    }

    /// The time from which on the form stays 0.
    var end: Double {
        max(lobes.map { $0.peak + $0.after }.max() ?? 0, plateaus.map(\.fall.upperBound).max() ?? 0)
    }

    /// The form as samples from `start` on.
    func sampled(from start: Double = 0, rateHertz: Double) -> [HeartVector] {
        let count = max(Int(((end - start) * rateHertz / 1000).rounded(.up)), 0) + 1
        return (0..<count).map { HeartVector(value(at: start + Double($0) * 1000 / rateHertz)) }
    }
}
