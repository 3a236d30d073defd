import ECGModel

/// Turns the instants of all channels into the three envelopes from which beats are decided, at about 125 Hz.
///
/// Every channel is low-passed and decimated, then split into three bands: QRS energy, what lies above it (muscle,
/// mains, pacing) and what lies below (P and T waves, baseline). Each channel's envelope is divided by its own usual
/// peak and weighted by how clearly its peaks stand out, so a noisy or loose electrode drops out by itself.
struct DetectionSignal: Sendable {
    /// Below Nyquist of the decimated rate and above what a QRS complex needs to be recognised.
    private static let antiAliasHertz = 40.0
    /// The QRS band: a QRS complex has its energy from about 5 to 20 Hz (Thakor, Webster & Tompkins 1984).
    private static let qrsLowHertz = 5.0
    private static let qrsHighHertz = 20.0
    /// Where the band's amplitude and slope weigh alike in the envelope √(y² + (y′/ω)²).
    private static let qrsCentreHertz = 11.0
    /// The decimated rate that is aimed at; the real one is from 94 to 187 Hz.
    private static let targetRate = 125.0
    /// The first stretch is looked at in one go, so that channels are weighted from their first sample on.
    static let startupSeconds = 0.9
    /// Envelopes and levels below this, in millivolts, are converter noise.
    private static let floorMillivolts: Float = 0.002
    /// Share of a new second in a channel's usual peak and mean energy: about four seconds of memory.
    private static let levelShare: Float = 0.25
    /// How much one second may raise a channel's usual peak: a burst of artefact is not the new QRS amplitude.
    private static let greatestRise: Float = 3

    /// Capacity of the rings in ticks: 1.8 s of context at the highest decimated rate, and of the wide-band signal.
    private static let envelopeCapacity = 512
    private static let wideCapacity = 256

    /// Sampling intervals of the recording per tick.
    let decimation: Int
    /// Ticks per second.
    let rate: Double
    /// How long after an event the recording's instant shows up in the envelopes, in samples of the recording.
    let delaySamples: Double

    /// The delay of band filters, difference and smoothing against the low-passed channels.
    private let envelopeDelayTicks: Int

    private var antiAlias1: Biquad
    private var antiAlias2: Biquad
    private var offset = SIMD16<Float>.zero
    private var samplesUntilTick: Int
    private var samplesSeen = 0

    private let bandSections: (low: FilterDesign.Section, high: FilterDesign.Section)
    private var smooth: Biquad
    private var qrsBand: Biquad
    private let slopeGain: Float
    private var previous = SIMD16<Float>.zero
    private var beforePrevious = SIMD16<Float>.zero

    /// The low-passed channels at the last instant.
    private(set) var newestWideBand = SIMD16<Float>.zero
    private var wide: [SIMD16<Float>]
    private var ticksSeen = 0
    private let startupTicks: Int

    private var secondPeak = SIMD16<Float>.zero
    private var secondEnergy = SIMD16<Float>.zero
    private var ticksInSecond = 0
    private let ticksPerSecond: Int
    /// Per channel: the usual peak of the envelope, and the mean of its square.
    private(set) var peak = SIMD16<Float>.zero
    private var energy = SIMD16<Float>.zero
    /// Per channel: weight divided by the usual peak.
    private(set) var gain = SIMD16<Float>.zero
    private let channelMask: SIMD16<Float>

    private var raw: (Float, Float, Float, Float, Float) = (0, 0, 0, 0, 0)
    private(set) var qrs: [Float]
    private(set) var high: [Float]
    private(set) var low: [Float]
    private var highSmooth: Float = 0
    private var lowSmooth: Float = 0
    /// The number of ticks whose envelopes are complete.
    private(set) var endTick = 0

    init(channelCount: Int, samplingRate: Double) {
        decimation = max(1, Int((samplingRate / Self.targetRate).rounded()))
        rate = samplingRate / Double(decimation)
        let corner = min(Self.antiAliasHertz, 0.4 * samplingRate)
        let qualities = FilterDesign.butterworthQualities(order: 4)
        let sections = qualities.map {
            FilterDesign.lowPass(cornerHertz: corner, quality: $0, rate: samplingRate)
        }
        antiAlias1 = Biquad(sections[0])
        antiAlias2 = Biquad(sections[1])
        let low = FilterDesign.lowPass(cornerHertz: Self.qrsHighHertz, rate: rate)
        let high = FilterDesign.highPass(cornerHertz: Self.qrsLowHertz, rate: rate)
        bandSections = (low, high)
        smooth = Biquad(low)
        qrsBand = Biquad(high)
        let centre = Self.qrsCentreHertz
        let fast = sections.reduce(0) { $0 + FilterDesign.delaySamples(of: $1, atHertz: centre, rate: samplingRate) }
        let slow =
            FilterDesign.delaySamples(of: low, atHertz: centre, rate: rate)
            + FilterDesign.delaySamples(of: high, atHertz: centre, rate: rate)
        // One tick more for the central difference, two for the smoothing over five.
        envelopeDelayTicks = Int((slow + 3).rounded())
        delaySamples = fast + (slow + 3) * Double(decimation)
        slopeGain = Float(rate / (2 * 2 * Double.pi * Self.qrsCentreHertz))
        samplesUntilTick = 1
        startupTicks = Int(Self.startupSeconds * rate)
        ticksPerSecond = Int(rate.rounded())
        wide = Array(repeating: .zero, count: Self.wideCapacity)
        qrs = Array(repeating: 0, count: Self.envelopeCapacity)
        self.high = Array(repeating: 0, count: Self.envelopeCapacity)
        self.low = Array(repeating: 0, count: Self.envelopeCapacity)
        var mask = SIMD16<Float>.zero
        for lane in 0..<channelCount { mask[lane] = 1 }
        channelMask = mask
    }

    /// The sample of the recording that a tick's envelope shows.
    func sample(ofTick tick: Int) -> SampleIndex {
        max(0, Int((Double(tick * decimation) - delaySamples).rounded()))
    }

    /// How many more instants make a tick.
    var instantsUntilTick: Int { samplesUntilTick }

    /// Takes the next instant; ``completeTick()`` is to be called before more than ``instantsUntilTick`` are pushed.
    @inline(__always)
    mutating func push(_ millivolts: SIMD16<Float>) {
        if samplesSeen == 0 { offset = millivolts }
        samplesSeen += 1
        samplesUntilTick -= 1
        newestWideBand = antiAlias2.filter(antiAlias1.filter(millivolts - offset))
    }

    /// If the last instant completed a tick, adds its envelopes; true if it did.
    mutating func completeTick() -> Bool {
        guard samplesUntilTick == 0 else { return false }
        samplesUntilTick = decimation
        tick(newestWideBand)
        return true
    }

    private mutating func tick(_ wideBand: SIMD16<Float>) {
        wide[ticksSeen & (Self.wideCapacity - 1)] = wideBand
        ticksSeen += 1
        if ticksSeen < startupTicks { return }
        if ticksSeen == startupTicks {
            start(ticks: startupTicks)
        } else {
            addEnvelopes(of: wideBand)
        }
    }

    /// The recording has ended: what is there is all there is.
    mutating func finishStartup() {
        guard ticksSeen > 0, ticksSeen < startupTicks else { return }
        start(ticks: ticksSeen)
    }

    /// How many ticks the envelope around a peak stays above a quarter of it.
    func width(at tick: Int) -> Int {
        let quarter = qrs(at: tick) - 2
        var first = tick
        var last = tick
        while first > 0, tick - first < ticksPerSecond / 4, qrs(at: first - 1) >= quarter { first -= 1 }
        while last + 1 < endTick, last - tick < ticksPerSecond / 4, qrs(at: last + 1) >= quarter { last += 1 }
        return last - first + 1
    }

    /// Filters the first stretch twice: once to learn each channel's peak, once for the envelopes.
    private mutating func start(ticks: Int) {
        for t in 0..<ticks {
            let e = envelopes(of: wide[t]).qrs
            secondPeak.replace(with: e, where: e .> secondPeak)
            secondEnergy += e * e
        }
        peak = secondPeak
        energy = secondEnergy / Float(ticks)
        secondPeak = .zero
        secondEnergy = .zero
        updateGain()
        smooth = Biquad(bandSections.low)
        qrsBand = Biquad(bandSections.high)
        previous = .zero
        beforePrevious = .zero
        for t in 0..<ticks { addEnvelopes(of: wide[t]) }
    }

    private mutating func envelopes(
        of wideBand: SIMD16<Float>
    ) -> (qrs: SIMD16<Float>, high: SIMD16<Float>, low: SIMD16<Float>) {
        let smoothed = smooth.filter(wideBand)
        let y = qrsBand.filter(smoothed)
        let slope = (y - beforePrevious) * slopeGain
        let squared = previous * previous + slope * slope
        beforePrevious = previous
        previous = y
        let highPart = wideBand - smoothed
        let lowPart = smoothed - y
        return (squared.squareRoot(), highPart, lowPart)
    }

    private mutating func addEnvelopes(of wideBand: SIMD16<Float>) {
        let (e, highPart, lowPart) = envelopes(of: wideBand)
        secondPeak.replace(with: e, where: e .> secondPeak)
        secondEnergy += e * e
        ticksInSecond += 1
        if ticksInSecond == ticksPerSecond { endSecond() }

        let newest = (e * gain).total
        raw = (raw.1, raw.2, raw.3, raw.4, newest)
        let g = (raw.0 + raw.4 + 4 * (raw.1 + raw.3) + 6 * raw.2) * (1.0 / 16)
        let h = (highPart * highPart * gain * gain).total.squareRoot()
        let l = (lowPart * lowPart * gain * gain).total.squareRoot()
        highSmooth += (h - highSmooth) * 0.3
        lowSmooth += (l - lowSmooth) * 0.3
        let slot = endTick & (Self.envelopeCapacity - 1)
        qrs[slot] = Logarithm.base2(g + 1e-5)
        high[slot] = Logarithm.base2(highSmooth + 1e-5)
        low[slot] = Logarithm.base2(lowSmooth + 1e-5)
        endTick += 1
    }

    private mutating func endSecond() {
        let ceiling = peak * Self.greatestRise + Self.floorMillivolts * 10
        let limited = secondPeak.replacing(with: ceiling, where: secondPeak .> ceiling)
        peak += (limited - peak) * Self.levelShare
        energy += (secondEnergy / Float(ticksInSecond) - energy) * Self.levelShare
        secondPeak = .zero
        secondEnergy = .zero
        ticksInSecond = 0
        updateGain()
    }

    /// A channel's weight is the square of its peak power over its mean power, about 600 for a clean ECG and 40 for noise.
    private mutating func updateGain() {
        let floor = Self.floorMillivolts * Self.floorMillivolts
        let contrast = peak * peak / (energy + floor)
        var weight = contrast * contrast * channelMask
        let sum = weight.total
        weight = sum > 0 ? weight / sum : channelMask / channelMask.total
        gain = weight / (peak + Self.floorMillivolts)
    }

    @inline(__always) func qrs(at tick: Int) -> Float { qrs[tick & (Self.envelopeCapacity - 1)] }
    @inline(__always) func high(at tick: Int) -> Float { high[tick & (Self.envelopeCapacity - 1)] }
    @inline(__always) func low(at tick: Int) -> Float { low[tick & (Self.envelopeCapacity - 1)] }

    /// The low-passed channels at the tick whose envelope is meant, freed of the envelope's delay relative to them.
    @inline(__always) func wide(at tick: Int) -> SIMD16<Float> {
        wide[(tick - envelopeDelayTicks) & (Self.wideCapacity - 1)]
    }
}
