import ECGModel

/// Noise at the electrodes, one sample after another. As it is added to potentials, not to leads, the noisy leads still
/// obey Einthoven and Goldberger.
struct NoiseGenerator: Sendable {
    /// A sine wave seen by each electrode with its own size and phase.
    private struct Hum: Sendable {
        var oscillator: Oscillator
        var inPhase: ElectrodePotentials
        var quadrature: ElectrodePotentials
    }
    private var hums: [Hum] = []

    private var lanes: SIMD16<UInt32>
    private var fast = ElectrodePotentials.zero
    private var slow = ElectrodePotentials.zero
    private let fastShare: Float
    private let slowShare: Float
    private let muscleScale: Float
    private let amplifierScale: Float
    private let hasWhiteNoise: Bool

    private var random: SeededGenerator
    private var nextMotion: Int
    private let motionInterval: Double
    private let motionScale: Float
    private var pull = ElectrodePotentials.zero
    private var shift = ElectrodePotentials.zero
    private let pullDecay: Float
    private let shiftDecay: Float

    /// Muscle noise fills the band between these corners, in hertz, of first order.
    private static let muscleBand = 15.0...120.0
    /// An electrode's half-cell potential settles with this time constant after a push, in seconds.
    private static let settlingSeconds = 0.8
    private static let pushSeconds = 0.08

    init(_ profile: NoiseProfile, respiration: PatientTraits, rateHertz: Double, random seeded: SeededGenerator) {
        random = seeded
        let nyquist = rateHertz / 2
        fastShare = Float(Self.poleShare(min(Self.muscleBand.upperBound, 0.8 * nyquist), rateHertz))
        slowShare = Float(Self.poleShare(Self.muscleBand.lowerBound, rateHertz))
        lanes = SIMD16<UInt32>.zero
        for lane in 0..<16 { lanes[lane] = UInt32(truncatingIfNeeded: random.next() | 1) }
        // The two electrodes of a lead add up in power, hence the root of a half. Uniform noise over ±1 has RMS 1/√3.
        let perElectrode = (0.5 * 3).squareRoot() / 1000
        muscleScale = Float(
            profile.muscle.value * perElectrode / Self.bandGain(Double(fastShare), Double(slowShare)))
        amplifierScale = Float(profile.amplifier.value * perElectrode)
        hasWhiteNoise = profile.muscle.value > 0 || profile.amplifier.value > 0
        motionInterval = profile.motionsPerMinute > 0 ? 60 / profile.motionsPerMinute * rateHertz : .infinity
        motionScale = Float(profile.motion.value / 1000)
        pullDecay = Float(1 - 1 / (Self.pushSeconds * rateHertz))
        shiftDecay = Float(1 - 1 / (Self.settlingSeconds * rateHertz))
        nextMotion = motionInterval.isFinite ? Int(random.unit() * motionInterval) : .max

        if profile.mains.value > 0, profile.mainsFrequency.value < nyquist {
            addHum(profile.mainsFrequency.value, rateHertz, profile.mains.value / 1000, spread: 0.3...1.3)
        }
        if profile.baselineWander.value > 0 {
            // Breathing, and slower waves of skin potentials at frequencies without a common period.
            let size = profile.baselineWander.value / 1000
            addHum(respiration.respirationHertz, rateHertz, 0.45 * size, spread: 0.2...1)
            addHum(random.uniform(0.05...0.09), rateHertz, 0.35 * size, spread: 0.2...1)
            addHum(random.uniform(0.11...0.17), rateHertz, 0.20 * size, spread: 0.2...1)
        }
    }

    /// The share of a first-order low-pass that a new sample gets: a corner in hertz at a rate.
    private static func poleShare(_ corner: Double, _ rate: Double) -> Double {
        let step = 2 * Double.pi * corner / rate
        return step / (1 + step)
    }

    /// RMS of white noise of RMS 1 after the low-pass with the fast share less the one with the slow share: the root of
    /// the sum of the squared impulse response.
    private static func bandGain(_ fastShare: Double, _ slowShare: Double) -> Double {
        var (fast, slow, sum) = (0.0, 0.0, 0.0)
        // 2,000 samples: fifteen time constants of the slowest pole at 1000 Hz and more below.
        for index in 0..<2000 {
            let input = index == 0 ? 1.0 : 0
            fast += fastShare * (input - fast)
            slow += slowShare * (input - slow)
            sum += (fast - slow) * (fast - slow)
        }
        return sum.squareRoot()
    }

    /// A hum whose peak in lead II is `millivolts`: all of it at the left leg, none at the right arm.
    private mutating func addHum(
        _ frequency: Double, _ rate: Double, _ millivolts: Double, spread: ClosedRange<Double>
    ) {
        var inPhase = ElectrodePotentials.zero
        var quadrature = ElectrodePotentials.zero
        for electrode in Electrode.allCases where electrode != .rightArm {
            let isLeg = electrode == .leftLeg
            let size = isLeg ? millivolts : millivolts * random.uniform(spread)
            let phase = isLeg ? 0 : random.uniform(-0.12...0.12)
            inPhase[electrode.lane] = Float(size * CircularFunctions.cosine(turns: phase))
            quadrature[electrode.lane] = Float(size * CircularFunctions.sine(turns: phase))
        }
        hums.append(
            Hum(
                oscillator: Oscillator(
                    frequencyHertz: frequency, samplingRateHertz: rate, phaseTurns: random.unit()),
                inPhase: inPhase, quadrature: quadrature))
    }

    /// Adds the noise of the samples from `position` on to the first `count` of a block; samples are asked for one
    /// after another.
    mutating func add(to block: inout [ElectrodePotentials], count: Int, at position: SampleIndex) {
        for number in hums.indices {
            var oscillator = hums[number].oscillator
            let (inPhase, quadrature) = (hums[number].inPhase, hums[number].quadrature)
            for offset in 0..<count {
                block[offset] += Float(oscillator.cosine) * inPhase + Float(oscillator.sine) * quadrature
                oscillator.advance()
            }
            hums[number].oscillator = oscillator
        }
        if hasWhiteNoise { addWhiteNoise(to: &block, count: count) }
        if motionInterval.isFinite {
            for offset in 0..<count {
                if position + offset >= nextMotion { push(at: position + offset) }
                pull *= pullDecay
                shift *= shiftDecay
                // The difference of the two decays rises smoothly from 0.
                block[offset] += shift - pull
            }
        }
    }

    private mutating func addWhiteNoise(to block: inout [ElectrodePotentials], count: Int) {
        var (lanes, fast, slow) = (self.lanes, self.fast, self.slow)
        for offset in 0..<count {
            let white = Self.uniform(&lanes)
            fast += fastShare * (white - fast)
            slow += slowShare * (white - slow)
            block[offset] += muscleScale * (fast - slow) + amplifierScale * white
        }
        (self.lanes, self.fast, self.slow) = (lanes, fast, slow)
    }

    /// Uniform numbers over [−1, 1), one a lane: xorshift32 of G. Marsaglia, "Xorshift RNGs", J. Statistical Software 8
    /// (2003), a generator a lane.
    private static func uniform(_ lanes: inout SIMD16<UInt32>) -> ElectrodePotentials {
        lanes ^= lanes &<< 13
        lanes ^= lanes &>> 17
        lanes ^= lanes &<< 5
        // The upper 23 bits as the significand of a number from 2 to 4, less 3: no conversion of integers is needed.
        let bits = (lanes &>> 9) | 0x4000_0000
        return unsafeBitCast(bits, to: ElectrodePotentials.self) - 3
    }

    private mutating func push(at index: Int) {
        let electrodes = Electrode.allCases
        let lane = electrodes[Int(random.unit() * Double(electrodes.count))].lane
        let size = motionScale * Float(random.uniform(0.4...1)) * (random.chance(0.5) ? 1 : -1)
        pull[lane] += size
        shift[lane] += size
        nextMotion = index + max(1, Int(motionInterval * random.uniform(0.3...1.7)))
    }
}
