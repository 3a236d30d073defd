import ECGModel

/// Cuts the QRS complex of one lead into Q, R, S and R', sample by sample. Levels on one side of the PQ level follow each
/// other as one deflection.
struct QRSTracer: Sendable {
    /// A deflection counts as a wave from this size on, in millivolts (CSE Working Party 1985: 20 µV for 6 ms; 30 µV
    /// keeps the averaged noise of a fair recording out).
    static let leastWave: Float = 0.03

    private var q: Float = 0
    private var r: Float = 0
    private var s: Float = 0
    private var rPrime: Float = 0
    private var qSamples = 0
    private var rSamples = 0
    /// The deflection that is going on.
    private var extreme: Float = 0
    private var samples = 0

    /// Takes the next level of the complex.
    mutating func take(_ level: Float) {
        if samples > 0, (level < 0) != (extreme < 0) { finish() }
        if level.magnitude >= extreme.magnitude { extreme = level }
        samples += 1
    }

    /// Ends the deflection that is going on.
    mutating func finish() {
        defer {
            extreme = 0
            samples = 0
        }
        guard extreme.magnitude >= Self.leastWave else { return }
        switch (extreme > 0, r > 0) {
        case (false, false):
            q = min(q, extreme)
            qSamples += samples
        case (true, false):
            r = extreme
            rSamples = samples
        case (false, true):
            s = min(s, extreme)
        case (true, true) where s < 0:
            rPrime = max(rPrime, extreme)
        case (true, true):
            r = max(r, extreme)
            rSamples += samples
        }
    }

    /// Writes the waves. A complex of one negative deflection, QS, is given as Q and as S.
    func write(into waves: inout LeadWaves, window: BeatWindow) {
        waves.q = Millivolts(Double(q))
        waves.r = Millivolts(Double(r))
        waves.s = Millivolts(Double(r == 0 ? q : s))
        waves.rPrime = Millivolts(Double(rPrime))
        waves.qDuration = window.duration(Float(qSamples))
        waves.rDuration = window.duration(Float(rSamples))
    }
}
