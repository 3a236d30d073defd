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

        fileprivate let lowPass: QuadSection
        fileprivate let highPass: QuadSection
        fileprivate let slopeGain: SIMD4<Float>
        /// The delay of the QRS envelope, in ticks.
        let delay: Double

        /// - Parameter rate: ticks per second.
        init(rate: Double) {
            let lowPass = FilterDesign.lowPass(cornerHertz: Self.highHertz, rate: rate)
            let highPass = FilterDesign.highPass(cornerHertz: Self.lowHertz, rate: rate)
            self.lowPass = QuadSection(lowPass)
            self.highPass = QuadSection(highPass)
            slopeGain = SIMD4(repeating: Float(rate / (2 * 2 * Double.pi * Self.centreHertz)))
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

    private var lowPass = QuadSection.State()
    private var highPass = QuadSection.State()
    private var previous = SIMD4<Float>.zero
    private var beforePrevious = SIMD4<Float>.zero

    /// Takes the next tick.
    @inline(__always)
    mutating func split(_ x: SIMD4<Float>, _ design: Design) -> Bands {
        let smoothed = design.lowPass.filter(x, &lowPass)
        let y = design.highPass.filter(smoothed, &highPass)
        let slope = (y - beforePrevious) * design.slopeGain
        let squared = previous * previous + slope * slope
        beforePrevious = previous
        previous = y
        return Bands(qrs: squared.squareRoots, high: x - smoothed, low: smoothed - y)
    }
}
