/// What all channels show of a tick in the three bands, weighted: quads added up, but not their lanes.
struct BandSums: Sendable {
    fileprivate var qrs = SIMD4<Float>.zero
    fileprivate var highPower = SIMD4<Float>.zero
    fileprivate var lowPower = SIMD4<Float>.zero

    @inline(__always)
    mutating func add(_ bands: BandSplitter.Bands, gain: SIMD4<Float>) {
        let high = bands.high * gain
        let low = bands.low * gain
        qrs += bands.qrs * gain
        highPower += high * high
        lowPower += low * low
    }
}

/// log2 of the three envelopes at a tick.
struct Envelopes: Sendable {
    fileprivate var values = SIMD4<Float>.zero
    var qrs: Float { values.x }
    var high: Float { values.y }
    var low: Float { values.z }
}

/// Makes smooth envelopes of the bands' sums: the QRS band's over five ticks, symmetrically, the others' with a memory.
struct EnvelopeSmoother: Sendable {
    /// Share of a tick in the smoothed levels of the bands beside the QRS band.
    private static let sideBandShare: Float = 0.3
    /// Keeps logarithms finite, relative to the usual peak.
    private static let leastLevel: Float = 1e-5

    private var last: (Float, Float, Float, Float, Float) = (0, 0, 0, 0, 0)
    /// The levels of the bands beside the QRS band, in the lanes that ``Envelopes`` has them in.
    private var sideBands = SIMD4<Float>.zero

    /// Takes the next tick's sums; returns the envelopes two ticks before it.
    @inline(__always)
    mutating func smooth(_ sums: BandSums) -> Envelopes {
        last = (last.1, last.2, last.3, last.4, sums.qrs.total)
        let qrs = (last.0 + last.4 + 4 * (last.1 + last.3) + 6 * last.2) * (1.0 / 16)
        let powers = SIMD4(0, sums.highPower.total, sums.lowPower.total, 0)
        sideBands = (sideBands + (powers.squareRoots - sideBands) * Self.sideBandShare).whole
        var levels = sideBands
        levels.x = qrs
        return Envelopes(values: Logarithm.base2((levels + Self.leastLevel).whole))
    }
}
