import ECGModel

/// Finds the hum of the mains, 50 or 60 Hz, in a single beat and describes it so that it can be taken off.
///
/// The hum is fitted where the heart has nothing of that frequency, before the QRS complex and from the end of the ST
/// segment on, and carried on through the complex: unlike a notch filter it leaves no ringing behind the QRS. Half a
/// period's second difference in front of the fit keeps wander and P and T waves out.
struct MainsHum: Sendable {
    /// A hum in every lane: amplitudes of cosine and sine from position 0 of the window, in millivolts.
    struct Phasor: Sendable {
        var cosine = SIMD16<Float>.zero
        var sine = SIMD16<Float>.zero
        var isSilent = true
        fileprivate var rotation: Rotation = Rotation(cosine: 1, sine: 0)

        static let silent = Phasor()

        /// The oscillation's state at a position of the window.
        func wave(at position: Int) -> Wave { Wave(rotation: rotation, position: position) }

        /// The mean over a range of positions.
        func mean(over positions: Range<Int>) -> SIMD16<Float> {
            guard !isSilent else { return .zero }
            var wave = wave(at: positions.lowerBound)
            var sum = SIMD16<Float>.zero
            for _ in positions {
                sum += wave.value(of: self)
                wave.advance()
            }
            return sum / Float(max(1, positions.count))
        }
    }

    /// A unit vector that turns by one sample's angle at a time.
    struct Rotation: Sendable {
        var cosine: Float
        var sine: Float
    }

    struct Wave {
        private let rotation: Rotation
        private var cosine: Float = 1
        private var sine: Float = 0

        init(rotation: Rotation, position: Int) {
            self.rotation = rotation
            for _ in 0..<position { advance() }
        }

        mutating func advance() {
            let turned = cosine * rotation.cosine - sine * rotation.sine
            sine = sine * rotation.cosine + cosine * rotation.sine
            cosine = turned
        }

        var unit: (cosine: Float, sine: Float) { (cosine, sine) }

        func value(of hum: Phasor) -> SIMD16<Float> { hum.cosine * cosine + hum.sine * sine }
    }

    /// One of the world's two mains frequencies at the recording's rate.
    private struct Line: Sendable {
        var rotation: Rotation
        /// The number of samples nearest to half a period, and how much the second difference over it amplifies.
        var halfPeriod: Int
        var gain: Float
        /// Running mean of the power found, mV², all lanes.
        var power: Float = 0
    }

    static let frequencies: [Hertz] = [50, 60]
    /// Lanes with less hum than this many millivolts are left alone: it would be fitted to noise.
    static let leastAmplitude: Float = 0.004
    /// Sampled at less than this multiple of the frequency, a cosine and a sine can no longer be told apart.
    static let leastSamplesPerPeriod = 2.4
    /// The fit leaves out the signal from QRS onset to this long after the J point.
    static let afterJPoint = Milliseconds(60)
    /// Both frequencies are tried in the first beats and then in one beat of this many.
    static let trialBeats = 4
    static let retrialInterval = 16

    private let window: BeatWindow
    private var lines: [Line]
    private var beatCount = 0

    init(window: BeatWindow) {
        self.window = window
        lines = Self.frequencies.compactMap { frequency in
            let samplesPerPeriod = window.samplingRate / frequency
            guard samplesPerPeriod >= Self.leastSamplesPerPeriod else { return nil }
            let angle = 2 * Double.pi / samplesPerPeriod
            let halfPeriod = max(1, Int((samplesPerPeriod / 2).rounded()))
            let (cosine, sine) = Trigonometry.cosineAndSine(angle)
            let gain = 1 - Trigonometry.cosineAndSine(angle * Double(halfPeriod)).cosine
            return Line(
                rotation: Rotation(cosine: Float(cosine), sine: Float(sine)), halfPeriod: halfPeriod,
                gain: Float(gain))
        }
    }

    /// The hum in a beat whose QRS boundaries are known.
    mutating func hum(in beat: some BeatSource, boundaries: QRSBoundaries) -> Phasor {
        guard !lines.isEmpty else { return .silent }
        let triesAll = beatCount < Self.trialBeats || beatCount.isMultiple(of: Self.retrialInterval)
        beatCount += 1
        let favourite = lines.count > 1 && lines[1].power > lines[0].power ? 1 : 0
        var best = Phasor.silent
        for index in lines.indices where triesAll || index == favourite {
            let phasor = fit(lines[index], to: beat, boundaries: boundaries)
            let power = (phasor.cosine * phasor.cosine + phasor.sine * phasor.sine).sum()
            lines[index].power += (power - lines[index].power) / Float(min(beatCount, Self.trialBeats))
            if index == favourite { best = phasor }
        }
        let amplitude = best.cosine * best.cosine + best.sine * best.sine
        let isHeard = amplitude .> Self.leastAmplitude * Self.leastAmplitude
        best.cosine.replace(with: 0, where: .!isHeard)
        best.sine.replace(with: 0, where: .!isHeard)
        best.isSilent = !any(isHeard)
        return best
    }

    /// Least squares over the quiet parts of the beat.
    private func fit(_ line: Line, to beat: some BeatSource, boundaries: QRSBoundaries) -> Phasor {
        var wave = Wave(rotation: line.rotation, position: line.halfPeriod)
        var withCosine = SIMD16<Float>.zero
        var withSine = SIMD16<Float>.zero
        var cosineSquare: Float = 0
        var sineSquare: Float = 0
        var product: Float = 0
        let quietEnd = boundaries.onsetPosition - line.halfPeriod
        let quietStart = boundaries.jPosition + window.samples(Self.afterJPoint) + line.halfPeriod
        for position in line.halfPeriod..<window.count - line.halfPeriod {
            if position < quietEnd || position > quietStart {
                let neighbours = beat[position - line.halfPeriod] + beat[position + line.halfPeriod]
                let bend = beat[position] - neighbours * 0.5
                let (cosine, sine) = wave.unit
                withCosine += bend * cosine
                withSine += bend * sine
                cosineSquare += cosine * cosine
                sineSquare += sine * sine
                product += cosine * sine
            }
            wave.advance()
        }
        let determinant = cosineSquare * sineSquare - product * product
        guard determinant > 0 else { return .silent }
        let scale = 1 / (determinant * line.gain)
        return Phasor(
            cosine: (withCosine * sineSquare - withSine * product) * scale,
            sine: (withSine * cosineSquare - withCosine * product) * scale,
            isSilent: false, rotation: line.rotation)
    }
}
