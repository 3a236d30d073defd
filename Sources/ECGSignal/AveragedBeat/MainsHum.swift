import ECGModel

/// Finds the hum of the mains, 50 or 60 Hz, in a single beat and describes it so that it can be taken off.
///
/// The hum is fitted where the heart has nothing of that frequency, before the QRS complex and from the end of the ST
/// segment on, and carried on through the complex: unlike a notch filter it leaves no ringing behind the QRS. Half a
/// period's second difference in front of the fit keeps wander and P and T waves out.
struct MainsHum: Sendable {
    /// A hum in every lane, in millivolts.
    struct Phasor: Sendable {
        /// Amplitudes of cosine and sine, whose phase is 0 at position 0 of the window.
        fileprivate(set) var cosine = SIMD16<Float>.zero
        fileprivate(set) var sine = SIMD16<Float>.zero
        fileprivate(set) var isSilent = true
        fileprivate var turns = Turns()

        static let silent = Phasor()

        @inline(__always) func value(at position: Int) -> SIMD16<Float> {
            let turn = turns[position]
            return cosine * turn.x + sine * turn.y
        }

        /// Lends a walk over a quad's hum from a position on; nil where the quad has none.
        @inline(__always) func withWalk(from position: Int, by step: Int, quad: Int, _ body: (Walk?) -> Void) {
            let (cosine, sine) = (cosine.quad(quad), sine.quad(quad))
            if isSilent || (cosine.magnitudes + sine.magnitudes).greatestLane == 0 {
                body(nil)
            } else {
                turns.withWalk(from: position, by: step) { body(Walk(cosine: cosine, sine: sine, turns: $0)) }
            }
        }
    }

    /// The hum of a quad at equal distances, one value after the other.
    struct Walk {
        fileprivate let cosine: SIMD4<Float>
        fileprivate let sine: SIMD4<Float>
        fileprivate var turns: Turns.Walk

        @inline(__always) mutating func next() -> SIMD4<Float> {
            let turn = turns.next()
            return (cosine * turn.x).whole + (sine * turn.y).whole
        }
    }

    /// Cosine and sine of an oscillation at successive samples, as x and y.
    fileprivate struct Turns: Sendable {
        private var table: [SIMD2<Float>] = []
        /// What is added to a position to find its place, whole tables away: never below 0.
        private var lead = 0
        /// 2³² over the table's length, rounded up: a product instead of a division finds the turn.
        private var inverse: UInt64 = 0

        init() {}

        /// - Parameters:
        ///   - angle: radians a sample.
        ///   - period: samples after which the oscillation repeats; nil where no whole number of them is short enough.
        ///   - positions: what turns are asked of.
        init(angle: Double, period: Int?, positions: Range<Int>) {
            let count = period ?? positions.count
            // What does not repeat must be held for the positions before the window too: they lie before the others.
            let first = period == nil ? positions.lowerBound : 0
            table = (0..<count).map { index in
                let turned = angle * Double(first + index)
                let rest = turned - (turned / (2 * .pi)).rounded() * 2 * .pi
                let (cosine, sine) = Trigonometry.cosineAndSine(rest)
                return SIMD2(Float(cosine), Float(sine))
            }
            lead = (-positions.lowerBound / count + 1) * count - first
            inverse = ((1 << 32) + UInt64(count) - 1) / UInt64(count)
        }

        @inline(__always) subscript(_ position: Int) -> SIMD2<Float> { table[place(of: position)] }

        @inline(__always) private func place(of position: Int) -> Int {
            let ahead = position &+ lead
            let turns = Int((UInt64(truncatingIfNeeded: ahead) &* inverse) >> 32)
            return ahead &- turns &* table.count
        }

        @inline(__always) func withWalk(from position: Int, by step: Int, _ body: (Walk) -> Void) {
            table.withUnsafeBufferPointer { table in
                guard let base = table.baseAddress else { return }
                body(
                    Walk(
                        place: base + place(of: position), end: base + table.count, step: step % table.count,
                        lap: table.count))
            }
        }

        /// Without bounds checks, for as long as it is lent.
        struct Walk {
            fileprivate var place: UnsafePointer<SIMD2<Float>>
            fileprivate let end: UnsafePointer<SIMD2<Float>>
            fileprivate let step: Int
            fileprivate let lap: Int

            @inline(__always) mutating func next() -> SIMD2<Float> {
                let turn = place.pointee
                place += step
                if place >= end { place -= lap }
                return turn
            }
        }
    }

    /// One of the world's two mains frequencies at the recording's rate.
    private struct Line: Sendable {
        var turns: Turns
        /// The number of samples nearest to half a period, and how much the second difference over it amplifies.
        var halfPeriod: Int
        var gain: Float
        /// Running mean of the power found, mV², all lanes.
        var power: Float = 0
    }

    static let frequencies: [Hertz] = [50, 60]
    /// Lanes with less hum than this many millivolts are left alone: it would be fitted to noise.
    static let leastAmplitude: Float = 0.008
    /// Sampled at less than this multiple of the frequency, a cosine and a sine can no longer be told apart.
    static let leastSamplesPerPeriod = 2.4
    /// The fit takes every sample, or every second and so on as long as there are this many a second.
    static let leastFitRate = 160.0
    /// What the determinant of the fit must be, as a part of what it is over whole periods.
    static let leastDeterminant: Float = 0.1
    /// The fit leaves out the signal from QRS onset to this long after the J point.
    static let afterJPoint = Milliseconds(60)
    /// Both frequencies are tried in the first beats and then in one beat of this many.
    static let trialBeats = 4
    static let retrialInterval = 16
    /// Where none was heard, one beat of this many is listened to.
    static let silentInterval = 4

    /// The hum around a beat, by samples of the recording.
    struct Located: Sendable {
        fileprivate(set) var phasor = Phasor.silent
        fileprivate(set) var start: SampleIndex = 0

        static let silent = Located()

        var isSilent: Bool { phasor.isSilent }

        @inline(__always) func value(at sample: SampleIndex) -> SIMD16<Float> {
            isSilent ? .zero : phasor.value(at: sample - start)
        }
    }

    private let window: BeatWindow
    private var lines: [Line]
    private var beatCount = 0
    private var wasSilent = false

    init(window: BeatWindow) {
        self.window = window
        lines = Self.frequencies.compactMap { frequency in
            let samplesPerPeriod = window.samplingRate / frequency
            guard samplesPerPeriod >= Self.leastSamplesPerPeriod else { return nil }
            let angle = 2 * Double.pi / samplesPerPeriod
            let halfPeriod = max(1, Int((samplesPerPeriod / 2).rounded()))
            let gain = 1 - Trigonometry.cosineAndSine(angle * Double(halfPeriod)).cosine
            let period = (1...window.count).first { count in
                let turns = Double(count) / samplesPerPeriod
                return (turns - turns.rounded()).magnitude < 1e-9
            }
            // A beat may be moved by half a window, so that it begins before the one in which the hum was fitted.
            let reach = window.count / 2
            let turns = Turns(angle: angle, period: period, positions: -reach..<window.count + reach)
            return Line(turns: turns, halfPeriod: halfPeriod, gain: Float(gain))
        }
    }

    /// The hum in a beat whose QRS boundaries are known.
    mutating func hum(in beat: RingBeat, boundaries: QRSBoundaries) -> Phasor {
        guard !lines.isEmpty else { return .silent }
        let triesAll = beatCount < Self.trialBeats || beatCount.isMultiple(of: Self.retrialInterval)
        beatCount += 1
        guard triesAll || !wasSilent || beatCount.isMultiple(of: Self.silentInterval) else { return .silent }
        var favourite = lines.count > 1 && lines[1].power > lines[0].power ? 1 : 0
        var best = Phasor.silent
        for index in lines.indices where triesAll || index == favourite {
            let phasor = fit(lines[index], to: beat, boundaries: boundaries)
            let power = (phasor.cosine * phasor.cosine + phasor.sine * phasor.sine).total
            lines[index].power += (power - lines[index].power) / Float(min(beatCount, Self.trialBeats))
            if index == 0 || lines[index].power >= lines[favourite].power {
                favourite = index
                best = phasor
            }
        }
        let amplitude = best.cosine * best.cosine + best.sine * best.sine
        let isHeard = amplitude .> Self.leastAmplitude * Self.leastAmplitude
        best.cosine.replace(with: 0, where: .!isHeard)
        best.sine.replace(with: 0, where: .!isHeard)
        best.isSilent = !isHeard.hasAny
        wasSilent = best.isSilent
        return best
    }

    /// The hum around an R peak, by the frequency that has been heard best, or in this beat where none has been.
    func hum(around peak: SampleIndex, in ring: SampleRing.View, boundaries: QRSBoundaries) -> Located {
        let beat = RingBeat(ring, peak: peak, window: window)
        var best = Located.silent
        var bestPower: Float = 0
        for line in lines {
            let phasor = fit(line, to: beat, boundaries: boundaries)
            let found = (phasor.cosine * phasor.cosine + phasor.sine * phasor.sine).total
            let power = beatCount > 0 ? line.power : found
            guard power > bestPower else { continue }
            bestPower = power
            best = Located(phasor: phasor, start: peak - window.samplesBeforePeak)
        }
        return best
    }

    /// Least squares over the quiet parts of the beat.
    private func fit(_ line: Line, to beat: RingBeat, boundaries: QRSBoundaries) -> Phasor {
        var withCosine = SIMD16<Float>.zero
        var withSine = SIMD16<Float>.zero
        var cosineSquare: Float = 0
        var sineSquare: Float = 0
        var product: Float = 0
        let half = line.halfPeriod
        let step = max(1, Int(window.samplingRate.value / Self.leastFitRate))
        let quietEnd = max(half, boundaries.onsetPosition - half)
        let quietStart = boundaries.jPosition + window.samples(Self.afterJPoint) + half
        // Where the recording has begun or ends within the beat, there is no hum to fit.
        let held = beat.heldPositions
        guard held.count > 2 * half else { return .silent }
        let fitted = held.lowerBound + half..<held.upperBound - half
        func take(_ positions: Range<Int>) {
            let positions = positions.clamped(to: fitted)
            for position in stride(from: positions.lowerBound, to: positions.upperBound, by: step) {
                let neighbours = beat.humming(position &- half) + beat.humming(position &+ half)
                let bend = beat.humming(position) - neighbours * 0.5
                let turn = line.turns[position]
                withCosine += bend * turn.x
                withSine += bend * turn.y
                cosineSquare += turn.x * turn.x
                sineSquare += turn.y * turn.y
                product += turn.x * turn.y
            }
        }
        take(half..<quietEnd)
        take(min(quietStart, window.count - half)..<window.count - half)
        let determinant = cosineSquare * sineSquare - product * product
        // In less than a period, cosine and sine cannot be told apart.
        guard determinant > Self.leastDeterminant * cosineSquare * sineSquare else { return .silent }
        let scale = 1 / (determinant * line.gain)
        var phasor = Phasor()
        phasor.cosine = (withCosine * sineSquare - withSine * product) * scale
        phasor.sine = (withSine * cosineSquare - withCosine * product) * scale
        phasor.isSilent = false
        phasor.turns = line.turns
        return phasor
    }
}
