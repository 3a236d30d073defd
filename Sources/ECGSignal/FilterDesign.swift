/// Second-order sections of Butterworth filters, designed with the bilinear transform (Oppenheim & Schafer,
/// *Discrete-Time Signal Processing*, chapter 7).
///
/// The trigonometry is done here, by series, because the C library's differs in the last bit between machines, and an
/// analysis has to be the same bit for bit wherever it is repeated.
enum FilterDesign {
    /// A section's transfer function, (b0 + b1 z⁻¹ + b2 z⁻²) / (1 + a1 z⁻¹ + a2 z⁻²).
    struct Section: Sendable {
        var b0: Float
        var b1: Float
        var b2: Float
        var a1: Float
        var a2: Float
    }

    /// The pole pairs' quality factors of a Butterworth filter of even order: 1 / (2 cos θ) with the poles spread evenly.
    static func butterworthQualities(order: Int) -> [Double] {
        precondition(order > 0 && order.isMultiple(of: 2), "only even orders are made of second-order sections")
        return (0..<order / 2).map { k in
            1 / (2 * cosine(Double.pi * Double(2 * k + 1) / Double(2 * order)))
        }
    }

    static func lowPass(cornerHertz: Double, quality: Double = 0.5.squareRoot(), rate: Double) -> Section {
        let t = tangent(Double.pi * cornerHertz / rate)
        let norm = 1 / (1 + t / quality + t * t)
        let b = t * t * norm
        return Section(
            b0: Float(b), b1: Float(2 * b), b2: Float(b), a1: Float(2 * (t * t - 1) * norm),
            a2: Float((1 - t / quality + t * t) * norm))
    }

    static func highPass(cornerHertz: Double, quality: Double = 0.5.squareRoot(), rate: Double) -> Section {
        let t = tangent(Double.pi * cornerHertz / rate)
        let norm = 1 / (1 + t / quality + t * t)
        return Section(
            b0: Float(norm), b1: Float(-2 * norm), b2: Float(norm), a1: Float(2 * (t * t - 1) * norm),
            a2: Float((1 - t / quality + t * t) * norm))
    }

    /// The delay, in samples, by which a section holds back a narrow band around a frequency: −dφ/dω by differences.
    static func delaySamples(of section: Section, atHertz frequency: Double, rate: Double) -> Double {
        let step = 1e-4
        let omega = 2 * Double.pi * frequency / rate
        return (phase(of: section, omega - step) - phase(of: section, omega + step)) / (2 * step)
    }

    private static func phase(of s: Section, _ omega: Double) -> Double {
        let (c1, s1) = (cosine(omega), sine(omega))
        let (c2, s2) = (cosine(2 * omega), sine(2 * omega))
        let numerator = (Double(s.b0) + Double(s.b1) * c1 + Double(s.b2) * c2, -Double(s.b1) * s1 - Double(s.b2) * s2)
        let denominator = (1 + Double(s.a1) * c1 + Double(s.a2) * c2, -Double(s.a1) * s1 - Double(s.a2) * s2)
        let re = numerator.0 * denominator.0 + numerator.1 * denominator.1
        let im = numerator.1 * denominator.0 - numerator.0 * denominator.1
        return arcTangent(im, re)
    }

    static func tangent(_ x: Double) -> Double { sine(x) / cosine(x) }
    static func cosine(_ x: Double) -> Double { sine(x + Double.pi / 2) }

    /// Taylor's series after reduction to ±π/2; its twelve terms leave an error below 1e-16 there.
    static func sine(_ angle: Double) -> Double {
        var x = angle - (angle / (2 * Double.pi)).rounded() * 2 * Double.pi
        if x > Double.pi / 2 { x = Double.pi - x }
        if x < -Double.pi / 2 { x = -Double.pi - x }
        var term = x
        var sum = x
        for k in 1...12 {
            term *= -x * x / Double((2 * k) * (2 * k + 1))
            sum += term
        }
        return sum
    }

    /// By three halvings of the angle and the series of what is left.
    private static func arcTangent(_ y: Double, _ x: Double) -> Double {
        if x < 0 { return y >= 0 ? arcTangent(-y, -x) + Double.pi : arcTangent(-y, -x) - Double.pi }
        guard x > 0 else { return y > 0 ? Double.pi / 2 : -Double.pi / 2 }
        var z = y / x
        for _ in 0..<3 { z /= 1 + (1 + z * z).squareRoot() }
        var power = z
        var sum = z
        for k in 1...12 {
            power *= -z * z
            sum += power / Double(2 * k + 1)
        }
        return 8 * sum
    }
}
