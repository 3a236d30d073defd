import ECGModel

/// The inputs of ``LimbNetwork``: lead I, lead II and the chest leads of the averaged beat in eighteen stretches, four of
/// the P wave, eight of the QRS complex, six of ST segment and T wave.
///
/// Every wave is brought to about one size over all leads, so that the inputs tell directions rather than amplitudes: a
/// wave that is small against ``LimbView/Wave/smallPower`` stays small and tells little. The size is one that no exchange
/// of limb electrodes changes. A wave that was not found is zero.
struct LimbView: Sendable {
    /// I, II, V1 to V6.
    static let leadCount = 8
    static let binCount = Wave.p.bins + Wave.qrs.bins + Wave.t.bins
    /// By lead and then by stretch.
    static let count = leadCount * binCount

    /// Each stretch is the mean of so many levels.
    private static let looks = 6
    /// All levels are read against the mean of this stretch before the QRS onset.
    private static let restStart = Milliseconds(20)
    private static let restEnd = Milliseconds(2)
    /// The P wave is looked at for so long from its onset, a broad one's length, and ends before the QRS complex.
    private static let pLength = Milliseconds(110)
    private static let beforeQRS = Milliseconds(5)
    /// ST segment and T wave are looked at from here after the J point, and for at least this long.
    private static let tStart = Milliseconds(40)
    private static let shortestT = Milliseconds(110)

    private struct Wave {
        let bins: Int
        /// Mean square at which the size of a wave counts half, in mV².
        let smallPower: Float
        let gain: Float

        static let p = Wave(bins: 4, smallPower: 0.0005, gain: 2)
        static let qrs = Wave(bins: 8, smallPower: 0.006, gain: 1)
        static let t = Wave(bins: 6, smallPower: 0.00125, gain: 1)
    }

    /// The lanes of the leads.
    private let lanes: [Int]
    private(set) var inputs = [Float](repeating: 0, count: LimbView.count)

    /// - Returns: nil without I, II and all six chest leads.
    init?(leads: [Lead]) {
        lanes = ([.i, .ii] + Lead.precordial).compactMap(leads.firstIndex(of:))
        guard lanes.count == Self.leadCount else { return nil }
    }

    mutating func look(at beat: AveragedBeat, boundaries: QRSBoundaries, pr: Milliseconds?, tWave: TWave?) {
        let window = beat.window
        let (onset, jPoint) = (boundaries.onset, boundaries.jPoint)
        func complex(_ position: Float) -> SIMD16<Float> {
            let first = Float(window.complex.lowerBound)
            let inside = min(max(position, first), Float(window.complex.upperBound - 2))
            let whole = Int(inside)
            return beat[whole] + (beat[whole + 1] - beat[whole]) * (inside - Float(whole))
        }
        let coarse = beat.coarse
        func whole(_ position: Float) -> SIMD16<Float> {
            let step = Float(window.step)
            let inside = min(max((position - (step - 1) / 2) / step, 0), Float(coarse.levels.count - 2))
            let index = Int(inside)
            return coarse.levels[index] + (coarse.levels[index + 1] - coarse.levels[index]) * (inside - Float(index))
        }
        let restLength = window.span(Self.restStart - Self.restEnd)
        var rest = SIMD16<Float>.zero
        for look in 0..<Self.looks {
            rest += complex(
                onset - window.span(Self.restStart) + restLength * Float(look) / Float(Self.looks - 1))
        }
        rest /= Float(Self.looks)

        var bin = 0
        if let pr {
            let start = onset - window.span(pr)
            let end = min(start + window.span(Self.pLength), onset - window.span(Self.beforeQRS))
            fill(.p, at: bin, from: start, to: end, rest: rest, level: whole)
        } else {
            clear(.p, at: bin)
        }
        bin += Wave.p.bins
        fill(.qrs, at: bin, from: onset, to: jPoint, rest: rest, level: complex)
        bin += Wave.qrs.bins
        if let tWave {
            let start = jPoint + window.span(Self.tStart)
            let end = max(tWave.bulkEnd, start + window.span(Self.shortestT))
            fill(.t, at: bin, from: start, to: end, rest: rest, level: whole)
        } else {
            clear(.t, at: bin)
        }
    }

    private mutating func clear(_ wave: Wave, at first: Int) {
        for lead in 0..<Self.leadCount {
            for bin in first..<first + wave.bins { inputs[lead * Self.binCount + bin] = 0 }
        }
    }

    private mutating func fill(
        _ wave: Wave, at first: Int, from start: Float, to end: Float, rest: SIMD16<Float>,
        level: (Float) -> SIMD16<Float>
    ) {
        let spacing = (end - start) / Float(wave.bins * Self.looks)
        var power: Float = 0
        for bin in 0..<wave.bins {
            var sum = SIMD16<Float>.zero
            for look in 0..<Self.looks {
                sum += level(start + spacing * (Float(bin * Self.looks + look) + 0.5))
            }
            sum = sum / Float(Self.looks) - rest
            for (lead, lane) in lanes.enumerated() { inputs[lead * Self.binCount + first + bin] = sum[lane] }
            let (i, ii) = (sum[lanes[0]], sum[lanes[1]])
            let limb = i * i + ii * ii + (ii - i) * (ii - i)
            var chest: Float = 0
            for lane in lanes.dropFirst(2) { chest += sum[lane] * sum[lane] }
            power += limb / 3 + chest / Float(Lead.precordial.count)
        }
        let scale = wave.gain / (power / Float(2 * wave.bins) + wave.smallPower).squareRoot()
        for lead in 0..<Self.leadCount {
            for bin in first..<first + wave.bins { inputs[lead * Self.binCount + bin] *= scale }
        }
    }
}
