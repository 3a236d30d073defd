import ECGModel

/// Cuts the QRS complexes of four leads into Q, R, S and R', level by level. Levels on one side of the PQ level follow
/// each other as one deflection.
struct QRSTracer: Sendable {
    /// A deflection counts as a wave from this size on, in millivolts (CSE Working Party 1985: 20 µV for 6 ms; 30 µV
    /// keeps the averaged noise of a fair recording out).
    static let leastWave: Float = 0.03

    /// Samples from one level to the next.
    let interval: Int
    private var q = SIMD4<Float>.zero
    private var r = SIMD4<Float>.zero
    private var s = SIMD4<Float>.zero
    private var rPrime = SIMD4<Float>.zero
    private var qSamples = SIMD4<Float>.zero
    private var rSamples = SIMD4<Float>.zero
    /// The deflection that is going on.
    private var extreme = SIMD4<Float>.zero
    private var samples = SIMD4<Float>.zero

    init(interval: Int) {
        self.interval = interval
    }

    /// Takes the next level of the complexes.
    @inline(__always)
    mutating func take(_ level: SIMD4<Float>) {
        let isOver = level * extreme .< 0
        if isOver.hasAny { finish(isOver) }
        extreme.replace(with: level, where: level.magnitudes .>= extreme.magnitudes)
        samples += Float(interval)
    }

    /// Ends the deflections that are going on.
    mutating func finish() { finish(SIMDMask(repeating: true)) }

    /// Ends the deflections of some leads.
    private mutating func finish(_ isOver: SIMDMask<SIMD4<Int32>>) {
        let isWave = isOver .& (extreme.magnitudes .>= Self.leastWave)
        let isUp = isWave .& (extreme .> 0)
        let isDown = isWave .& (extreme .< 0)
        let hasR = r .> 0
        let hasS = s .< 0

        let isQ = isDown .& .!hasR
        q.replace(with: q.lesser(extreme), where: isQ)
        qSamples.replace(with: qSamples + samples, where: isQ)
        s.replace(with: s.lesser(extreme), where: isDown .& hasR)
        // Of two positive deflections without an S between them, the larger is R.
        let isR = isUp .& (.!hasR .| .!hasS)
        rPrime.replace(with: rPrime.greater(extreme), where: isUp .& hasR .& hasS)
        r.replace(with: r.greater(extreme), where: isR)
        rSamples.replace(with: rSamples + samples, where: isR)

        extreme.replace(with: 0, where: isOver)
        samples.replace(with: 0, where: isOver)
    }

    /// Writes the waves of a lead. A complex of one negative deflection, QS, is given as Q and as S.
    ///
    /// - Parameter lane: of the four.
    func write(_ lane: Int, into waves: inout LeadWaves, window: BeatWindow) {
        waves.q = Millivolts(Double(q[lane]))
        waves.r = Millivolts(Double(r[lane]))
        waves.s = Millivolts(Double(r[lane] == 0 ? q[lane] : s[lane]))
        waves.rPrime = Millivolts(Double(rPrime[lane]))
        waves.qDuration = window.duration(qSamples[lane])
        waves.rDuration = window.duration(rSamples[lane])
    }
}
