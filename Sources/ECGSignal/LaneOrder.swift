/// Comparison of finite vectors lane by lane, in plain instructions: the standard library's masks are made lane after lane.
extension SIMD4<Float> {
    /// All bits of a lane set (-1) where it is less than the other's, by the sign of the difference.
    @inline(__always) func isLess(than other: SIMD4<Float>) -> SIMD4<Int32> {
        unsafeBitCast(self - other, to: SIMD4<Int32>.self) &>> 31
    }

    /// The lesser and the greater of each lane.
    @inline(__always) func ordered(with other: SIMD4<Float>) -> (lesser: SIMD4<Float>, greater: SIMD4<Float>) {
        let own = unsafeBitCast(self, to: SIMD4<Int32>.self)
        let others = unsafeBitCast(other, to: SIMD4<Int32>.self)
        let exchange = (own ^ others) & isLess(than: other)
        return (
            unsafeBitCast(others ^ exchange, to: SIMD4<Float>.self),
            unsafeBitCast(own ^ exchange, to: SIMD4<Float>.self)
        )
    }

    @inline(__always) func lesser(_ other: SIMD4<Float>) -> SIMD4<Float> { ordered(with: other).lesser }
    @inline(__always) func greater(_ other: SIMD4<Float>) -> SIMD4<Float> { ordered(with: other).greater }
    @inline(__always) var magnitudes: SIMD4<Float> {
        unsafeBitCast(unsafeBitCast(self, to: SIMD4<UInt32>.self) & 0x7FFF_FFFF, to: SIMD4<Float>.self)
    }
}
