/// A second-order section over four channels, in transposed direct form II; its coefficients stand ready in every lane.
///
/// For low and high passes, whose numerators are symmetric.
struct QuadSection: Sendable {
    struct State: Sendable {
        fileprivate var first = SIMD4<Float>.zero
        fileprivate var second = SIMD4<Float>.zero
    }

    private let b0: SIMD4<Float>
    private let b1: SIMD4<Float>
    private let a1: SIMD4<Float>
    private let a2: SIMD4<Float>

    init(_ section: FilterDesign.Section) {
        precondition(section.b2 == section.b0, "low and high passes have a symmetric numerator")
        b0 = SIMD4(repeating: section.b0)
        b1 = SIMD4(repeating: section.b1)
        a1 = SIMD4(repeating: section.a1)
        a2 = SIMD4(repeating: section.a2)
    }

    @inline(__always)
    func filter(_ x: SIMD4<Float>, _ state: inout State) -> SIMD4<Float> {
        let weighted = b0 * x
        let y = weighted + state.first
        state.first = b1 * x - a1 * y + state.second
        state.second = weighted - a2 * y
        return y
    }
}
