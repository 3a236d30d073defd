import ECGModel

/// Turns the samples of all channels into the three envelopes from which beats are decided, at about 125 Hz.
///
/// Every channel is low-passed and decimated, then split into three bands: QRS energy, what lies above it and what
/// lies below. Each channel's envelope is divided by its own usual peak and weighted by how clearly its peaks stand
/// out, so a noisy or loose electrode drops out by itself.
struct DetectionSignal: Sendable {
    /// What is kept of four channels.
    private struct ChannelQuad: Sendable {
        var splitter = BandSplitter()
        var levels = ChannelLevels()
        /// The recording's first instant.
        var offset = SIMD4<Float>.zero
        /// Each channel's weight divided by its usual peak.
        var gain = SIMD4<Float>.zero
        /// 1 in lanes with a channel.
        var isUsed = SIMD4<Float>.zero
    }

    /// log2 of the three envelopes at a tick.
    struct Envelopes: Sendable {
        fileprivate let values: SIMD4<Float>
        var qrs: Float { values.x }
        var high: Float { values.y }
        var low: Float { values.z }
    }

    /// The first stretch is looked at in one go, so that channels are weighted from their first sample on.
    static let startupSeconds = 0.9
    /// What the rings must span: 1.85 s of envelopes around a candidate, and 1.1 s of low-passed channels from before
    /// its complex up to now.
    private static let envelopeSeconds = 2.0
    private static let wideSeconds = 1.2
    /// Share of a tick in the smoothed levels of the bands beside the QRS band.
    private static let sideBandShare: Float = 0.3
    /// Keeps logarithms finite, relative to the usual peak.
    private static let leastLevel: Float = 1e-5

    /// Sampling intervals of the recording per tick.
    var decimation: Int { decimator.decimation }
    /// Ticks per second.
    var rate: Double { decimator.rate }
    /// How long after an event the recording's instant shows up in the envelopes, in samples of the recording.
    let delaySamples: Double

    /// The delay of band filters, difference and smoothing against the low-passed channels.
    private let envelopeDelayTicks: Int

    private let decimator: Decimator
    private let bandDesign: BandSplitter.Design
    /// Vectors of four channels that the recording fills.
    let quads: Int
    private let channelCount: Int
    private var channels: [ChannelQuad]
    /// How many more instants make a tick.
    private(set) var instantsUntilTick = 1

    /// The low-passed channels, quad by quad in each tick.
    private var wide: [SIMD4<Float>]
    private let wideMask: Int
    private var ticksSeen = 0
    private let startupTicks: Int
    private var ticksInSecond = 0
    private let ticksPerSecond: Int
    /// The low-passed channels at the last tick.
    private(set) var newestWideBand = SIMD16<Float>.zero
    /// Per channel: the usual peak of the envelope.
    private(set) var peak = SIMD16<Float>.zero
    /// Per channel: weight divided by the usual peak.
    private(set) var gain = SIMD16<Float>.zero

    private var raw: (Float, Float, Float, Float, Float) = (0, 0, 0, 0, 0)
    /// A ring of the last ticks.
    private(set) var envelopes: [Envelopes]
    let envelopeMask: Int
    private var highSmooth: Float = 0
    private var lowSmooth: Float = 0
    /// The number of ticks whose envelopes are complete.
    private(set) var endTick = 0

    init(channelCount: Int, samplingRate: Double) {
        decimator = Decimator(samplingRate: samplingRate)
        let rate = decimator.rate
        bandDesign = BandSplitter.Design(rate: rate)
        // Two ticks more for the smoothing over five.
        let envelopeDelay = bandDesign.delay + 2
        envelopeDelayTicks = Int(envelopeDelay.rounded())
        delaySamples = Double(decimator.delay) + envelopeDelay * Double(decimator.decimation)
        startupTicks = Int(Self.startupSeconds * rate)
        ticksPerSecond = Int(rate.rounded())
        self.channelCount = channelCount
        quads = SIMD16<Float>.quads(forChannels: channelCount)
        channels = Array(repeating: ChannelQuad(), count: quads)
        for lane in 0..<channelCount { channels[lane / 4].isUsed[lane % 4] = 1 }
        let wideCapacity = Self.powerOfTwo(atLeast: Self.wideSeconds * rate)
        wideMask = wideCapacity - 1
        wide = Array(repeating: .zero, count: wideCapacity * quads)
        let envelopeCapacity = Self.powerOfTwo(atLeast: Self.envelopeSeconds * rate)
        envelopeMask = envelopeCapacity - 1
        envelopes = Array(repeating: Envelopes(values: .zero), count: envelopeCapacity)
    }

    private static func powerOfTwo(atLeast count: Double) -> Int {
        var capacity = 1
        while Double(capacity) < count { capacity *= 2 }
        return capacity
    }

    /// The sample of the recording that a tick's envelope shows.
    func sample(ofTick tick: Int) -> SampleIndex {
        max(0, Int((Double(tick * decimation) - delaySamples).rounded()))
    }

    /// Takes the instants that were last appended to the ring, at most ``instantsUntilTick``; true if they completed a
    /// tick.
    mutating func take(instants: Int, from ring: SampleRing) -> Bool {
        assert(instants <= instantsUntilTick, "ticks are taken one by one")
        instantsUntilTick -= instants
        guard instantsUntilTick == 0 else { return false }
        instantsUntilTick = decimation
        if ticksSeen == 0 {
            for quad in 0..<quads { channels[quad].offset = ring[0].quad(quad) }
        }
        let start = (ticksSeen & wideMask) * quads
        ticksSeen += 1
        wide.withUnsafeMutableBufferPointer { wide in
            decimator.keep(from: ring, quads: quads) { quad, millivolts in
                let level = millivolts - channels[quad].offset
                wide[start + quad] = level
                newestWideBand.setQuad(quad, level)
            }
        }
        if ticksSeen == startupTicks {
            startUp(ticks: startupTicks)
        } else if ticksSeen > startupTicks {
            addEnvelopes(ofTickAt: start)
        }
        return true
    }

    /// The recording has ended: what is there is all there is.
    mutating func finishStartup() {
        guard ticksSeen > 0, ticksSeen < startupTicks else { return }
        startUp(ticks: ticksSeen)
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
    private mutating func startUp(ticks: Int) {
        for quad in 0..<quads {
            for tick in 0..<ticks {
                let bands = channels[quad].splitter.split(wide[tick * quads + quad], bandDesign)
                channels[quad].levels.note(bands.qrs)
            }
            channels[quad].levels.start(ticks: ticks)
            channels[quad].splitter = BandSplitter()
        }
        updateGain()
        for tick in 0..<ticks { addEnvelopes(ofTickAt: tick * quads) }
    }

    private mutating func addEnvelopes(ofTickAt start: Int) {
        var qrsParts = SIMD4<Float>.zero
        var highPower = SIMD4<Float>.zero
        var lowPower = SIMD4<Float>.zero
        channels.withUnsafeMutableBufferPointer { channels in
            wide.withUnsafeBufferPointer { wide in
                for quad in 0..<quads {
                    let bands = channels[quad].splitter.split(wide[start + quad], bandDesign)
                    channels[quad].levels.note(bands.qrs)
                    let gain = channels[quad].gain
                    let high = bands.high * gain
                    let low = bands.low * gain
                    qrsParts += bands.qrs * gain
                    highPower += high * high
                    lowPower += low * low
                }
            }
        }
        ticksInSecond += 1
        if ticksInSecond == ticksPerSecond { endSecond() }

        raw = (raw.1, raw.2, raw.3, raw.4, qrsParts.total)
        let smoothed = (raw.0 + raw.4 + 4 * (raw.1 + raw.3) + 6 * raw.2) * (1.0 / 16)
        highSmooth += (highPower.total.squareRoot() - highSmooth) * Self.sideBandShare
        lowSmooth += (lowPower.total.squareRoot() - lowSmooth) * Self.sideBandShare
        let logarithms = Logarithm.base2(SIMD4(smoothed, highSmooth, lowSmooth, 1) + Self.leastLevel)
        envelopes[endTick & envelopeMask] = Envelopes(values: logarithms)
        endTick += 1
    }

    private mutating func endSecond() {
        for quad in 0..<quads { channels[quad].levels.endSecond(ticks: ticksInSecond) }
        ticksInSecond = 0
        updateGain()
    }

    /// A channel's weight is the square of its contrast, about 600 for a clean ECG and 40 for noise.
    private mutating func updateGain() {
        var sum: Float = 0
        for quad in 0..<quads {
            let contrast = channels[quad].levels.contrast
            sum += (contrast * contrast * channels[quad].isUsed).total
        }
        for quad in 0..<quads {
            let levels = channels[quad].levels
            let isUsed = channels[quad].isUsed
            let weight = sum > 0 ? levels.contrast * levels.contrast * isUsed / sum : isUsed / Float(channelCount)
            channels[quad].gain = weight / (levels.peak + ChannelLevels.floorMillivolts)
            gain.setQuad(quad, channels[quad].gain)
            peak.setQuad(quad, levels.peak)
        }
    }

    @inline(__always) func qrs(at tick: Int) -> Float { envelopes[tick & envelopeMask].qrs }

    /// A quad's channels, low-passed, at the tick whose envelope is meant, freed of the envelope's delay against them.
    @inline(__always) func wide(at tick: Int, quad: Int) -> SIMD4<Float> {
        wide[((tick - envelopeDelayTicks) & wideMask) * quads + quad]
    }

    /// The same of one channel.
    @inline(__always) func wide(at tick: Int, channel: Int) -> Float { wide(at: tick, quad: channel / 4)[channel % 4] }
}
