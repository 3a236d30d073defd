/// Splits the low-passed signal of a quad of channels into three bands: QRS energy, what lies above it (muscle, mains,
/// pacing) and what lies below (P and T waves, baseline).
struct BandSplitter: Sendable {
    /// What all quads of a recording have in common.
    struct Design: Sendable {
        /// The QRS band: a QRS complex has its energy from about 5 to 20 Hz (Thakor, Webster & Tompkins 1984).
        private static let lowHertz = 5.0
        private static let highHertz = 20.0
        /// Where the band's amplitude and slope weigh alike in the envelope √(y² + (y′/ω)²).
        private static let centreHertz = 11.0

        fileprivate let lowPass: FilterDesign.Section
        fileprivate let highPass: FilterDesign.Section
        fileprivate let slopeGain: Float
        /// The delay of the QRS envelope, in ticks.
        let delay: Double

        /// - Parameter rate: ticks per second.
        init(rate: Double) {
            lowPass = FilterDesign.lowPass(cornerHertz: Self.highHertz, rate: rate)
            highPass = FilterDesign.highPass(cornerHertz: Self.lowHertz, rate: rate)
            slopeGain = Float(rate / (2 * 2 * Double.pi * Self.centreHertz))
            // One tick more for the central difference.
            delay =
                FilterDesign.delaySamples(of: lowPass, atHertz: Self.centreHertz, rate: rate)
                + FilterDesign.delaySamples(of: highPass, atHertz: Self.centreHertz, rate: rate) + 1
        }
    }

    struct Bands {
        /// The envelope of the QRS band.
        var qrs: SIMD4<Float>
        var high: SIMD4<Float>
        var low: SIMD4<Float>
    }

    private var lowPass1 = SIMD4<Float>.zero
    private var lowPass2 = SIMD4<Float>.zero
    private var highPass1 = SIMD4<Float>.zero
    private var highPass2 = SIMD4<Float>.zero
    private var previous = SIMD4<Float>.zero
    private var beforePrevious = SIMD4<Float>.zero

    /// Takes the next tick.
    @inline(__always)
    mutating func split(_ x: SIMD4<Float>, _ design: Design) -> Bands {
        let smoothed = Self.filter(x, design.lowPass, &lowPass1, &lowPass2)
        let y = Self.filter(smoothed, design.highPass, &highPass1, &highPass2)
        let slope = (y - beforePrevious) * design.slopeGain
        let squared = previous * previous + slope * slope
        beforePrevious = previous
        previous = y
        return Bands(qrs: squared.squareRoot(), high: x - smoothed, low: smoothed - y)
    }

    /// A second-order section in transposed direct form II; low and high passes have a symmetric numerator.
    @inline(__always)
    private static func filter(
        _ x: SIMD4<Float>, _ section: FilterDesign.Section, _ s1: inout SIMD4<Float>, _ s2: inout SIMD4<Float>
    ) -> SIMD4<Float> {
        let weighted = section.b0 * x
        let y = weighted + s1
        s1 = section.b1 * x - section.a1 * y + s2
        s2 = weighted - section.a2 * y
        return y
    }
}
