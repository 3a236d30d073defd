/// One second-order section over all channels at once, in transposed direct form II.
///
/// The recurrence allows no two samples of a channel to be computed together, so the vector runs across the channels.
struct Biquad: Sendable {
    private let b0: SIMD16<Float>
    private let b1: SIMD16<Float>
    private let b2: SIMD16<Float>
    private let a1: SIMD16<Float>
    private let a2: SIMD16<Float>
    private var s1 = SIMD16<Float>.zero
    private var s2 = SIMD16<Float>.zero

    init(_ section: FilterDesign.Section) {
        b0 = SIMD16(repeating: section.b0)
        b1 = SIMD16(repeating: section.b1)
        b2 = SIMD16(repeating: section.b2)
        a1 = SIMD16(repeating: section.a1)
        a2 = SIMD16(repeating: section.a2)
    }

    @inline(__always)
    mutating func filter(_ x: SIMD16<Float>) -> SIMD16<Float> {
        let y = b0 * x + s1
        s1 = b1 * x - a1 * y + s2
        s2 = b2 * x - a2 * y
        return y
    }
}
