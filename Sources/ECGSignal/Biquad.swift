/// One second-order section over all channels at once, in transposed direct form II.
///
/// The recurrence allows no two samples of a channel to be computed together, so the vector runs across the channels.
struct Biquad: Sendable {
    private let b0: SIMD16<Float>
    private let b1: SIMD16<Float>
    private let a1: SIMD16<Float>
    private let a2: SIMD16<Float>
    private var s1 = SIMD16<Float>.zero
    private var s2 = SIMD16<Float>.zero

    /// - Precondition: the numerator is symmetric, as it is where both zeros lie on the unit circle: low pass, high pass,
    ///   notch.
    init(_ section: FilterDesign.Section) {
        precondition(section.b2 == section.b0, "the numerator must be symmetric")
        b0 = SIMD16(repeating: section.b0)
        b1 = SIMD16(repeating: section.b1)
        a1 = SIMD16(repeating: section.a1)
        a2 = SIMD16(repeating: section.a2)
    }

    @inline(__always)
    mutating func filter(_ x: SIMD16<Float>) -> SIMD16<Float> {
        let weighted = b0 * x
        let y = weighted + s1
        s1 = b1 * x - a1 * y + s2
        s2 = weighted - a2 * y
        return y
    }
}
