/// Arithmetic over the lanes of a sample that the standard library's vectors lack or do slowly.
extension SIMD16<Float> {
    /// The sizes without the signs, by clearing the sign bits.
    @inline(__always) var magnitudes: SIMD16<Float> {
        unsafeBitCast(unsafeBitCast(self, to: SIMD16<UInt32>.self) & 0x7FFF_FFFF, to: SIMD16<Float>.self)
    }

    /// The sum over the lanes, and the greatest: `sum()` and `max()` go lane after lane.
    @inline(__always) var total: Float {
        let eight = lowHalf + highHalf
        return (eight.lowHalf + eight.highHalf).total
    }
    @inline(__always) var greatestLane: Float {
        quad(0).greater(quad(1)).greater(quad(2).greater(quad(3))).greatestLane
    }

    /// The smaller, and the larger, of two numbers lane by lane: `pointwiseMin` and its twin go lane after lane.
    @inline(__always) func lesser(_ other: SIMD16<Float>) -> SIMD16<Float> {
        replacing(with: other, where: other .< self)
    }
    @inline(__always) func greater(_ other: SIMD16<Float>) -> SIMD16<Float> {
        replacing(with: other, where: other .> self)
    }
}

extension SIMDMask<SIMD4<Int32>> {
    /// Whether any lane is true.
    @inline(__always) var hasAny: Bool {
        let two = unsafeBitCast(self, to: SIMD2<UInt64>.self)
        return two.x | two.y != 0
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
