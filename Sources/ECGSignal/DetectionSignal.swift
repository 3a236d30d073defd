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

    /// The first stretch is looked at in one go, so that channels are weighted from their first sample on.
    static let startupSeconds = 0.9
    /// What the rings must span besides the ticks that are worked on: the envelopes around a candidate, and the low-passed
    /// channels from before its P wave up to now.
    private static let envelopeSeconds = 1.85
    private static let wideSeconds = 1.35
    /// Ticks that are worked on in one go: enough to hide what beginning and ending costs, and little enough for the
    /// rings, which must hold as much more.
    static let ticksAtOnce = 16

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
    /// Per channel: the usual peak of the envelope.
    private(set) var peak = SIMD16<Float>.zero
    /// Per channel: weight divided by the usual peak.
    private(set) var gain = SIMD16<Float>.zero

    private var smoother = EnvelopeSmoother()
    /// A ring of the last ticks.
    private(set) var envelopes: [Envelopes]
    let envelopeMask: Int
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
        let wideCapacity = Self.powerOfTwo(atLeast: Self.wideSeconds * rate + Double(Self.ticksAtOnce))
        wideMask = wideCapacity - 1
        wide = Array(repeating: .zero, count: wideCapacity * quads)
        let envelopeCapacity = Self.powerOfTwo(atLeast: Self.envelopeSeconds * rate + Double(Self.ticksAtOnce))
        envelopeMask = envelopeCapacity - 1
        envelopes = Array(repeating: Envelopes(), count: envelopeCapacity)
    }

    func prefetch() {
        channels.prefetch()
        wide.prefetch()
        envelopes.prefetch()
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

    /// How many instants may be taken before the detector has to decide what they show.
    ///
    /// The gains change with the last tick of a second, and candidates are judged by the gains of the tick that completes
    /// their context: what is taken in one go ends before such a tick, or begins with it.
    var instantsUntilDecision: Int {
        var ticks = Self.ticksAtOnce
        if ticksSeen < startupTicks {
            ticks = min(ticks, startupTicks - ticksSeen)
        } else if ticksInSecond < ticksPerSecond - 1 {
            ticks = min(ticks, ticksPerSecond - 1 - ticksInSecond)
        }
        return instantsUntilTick + (ticks - 1) * decimation
    }

    /// The most instants that are taken before the detector decides.
    var instantsAtOnce: Int { Self.ticksAtOnce * decimation }

    /// Takes the instants that were last appended to the ring, at most ``instantsUntilDecision``.
    ///
    /// - Returns: the ticks of the low-passed channels that they completed.
    @discardableResult
    mutating func take(instants: Int, from ring: SampleRing) -> Range<Int> {
        assert(instants <= instantsUntilDecision, "no more is taken than can be decided on")
        let start = ticksSeen
        guard instants >= instantsUntilTick else {
            instantsUntilTick -= instants
            return start..<start
        }
        let ticks = start..<start + (instants - instantsUntilTick) / decimation + 1
        if start == 0 {
            for quad in 0..<quads { channels[quad].offset = ring[0].quad(quad) }
        }
        let firstEnd = ring.endSample - instants + instantsUntilTick
        wide.withUnsafeMutableBufferPointer { wide in
            for quad in 0..<quads {
                let offset = channels[quad].offset
                decimator.keep(ticks.count, firstAt: firstEnd, from: ring, quad: quad) { index, millivolts in
                    wide[((start &+ index) & wideMask) &* quads &+ quad] = millivolts - offset
                }
            }
        }
        instantsUntilTick += ticks.count * decimation - instants
        ticksSeen = ticks.upperBound
        if ticksSeen == startupTicks {
            startUp(ticks: startupTicks)
        } else if ticksSeen > startupTicks {
            addEnvelopes(of: ticks)
        }
        return ticks
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
        addEnvelopes(of: 0..<ticks)
    }

    private mutating func addEnvelopes(of ticks: Range<Int>) {
        var rest = ticks
        while !rest.isEmpty {
            let part = rest.prefix(min(ticksPerSecond - ticksInSecond, Self.ticksAtOnce))
            // On the stack, which is in the processor's caches when a recording's own memory is not.
            withUnsafeTemporaryAllocation(of: BandSums.self, capacity: Self.ticksAtOnce) { sums in
                addBands(of: part, to: sums)
                smooth(sums[..<part.count])
            }
            ticksInSecond += part.count
            if ticksInSecond == ticksPerSecond { endSecond() }
            rest = part.upperBound..<rest.upperBound
        }
    }

    /// Splits the channels into their bands and adds these up, weighted, for each tick; sets the sums.
    ///
    /// Quad by quad, each through all ticks: its filters' state stays in registers, and their recurrence, of which every
    /// step waits for the one before, takes its time beside the rest.
    private mutating func addBands(of ticks: Range<Int>, to sums: UnsafeMutableBufferPointer<BandSums>) {
        sums.initialize(repeating: BandSums())
        wide.withUnsafeBufferPointer { wide in
            channels.withUnsafeMutableBufferPointer { channels in
                for quad in 0..<quads {
                    var splitter = channels[quad].splitter
                    var levels = channels[quad].levels
                    let gain = channels[quad].gain
                    for tick in ticks {
                        let bands = splitter.split(wide[(tick & wideMask) &* quads &+ quad], bandDesign)
                        levels.note(bands.qrs)
                        sums[tick &- ticks.lowerBound].add(bands, gain: gain)
                    }
                    channels[quad].splitter = splitter
                    channels[quad].levels = levels
                }
            }
        }
    }

    /// Makes envelopes of the bands' sums of the next ticks.
    private mutating func smooth(_ sums: Slice<UnsafeMutableBufferPointer<BandSums>>) {
        envelopes.withUnsafeMutableBufferPointer { envelopes in
            var smoother = smoother
            for sum in UnsafeMutableBufferPointer(rebasing: sums) {
                envelopes[endTick & envelopeMask] = smoother.smooth(sum)
                endTick &+= 1
            }
            self.smoother = smoother
        }
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

    @inline(__always) func qrs(at tick: Int) -> Float {
        envelopes.withUnsafeBufferPointer { $0[tick & envelopeMask].qrs }
    }

    /// Lends the ring of envelopes.
    @inline(__always) func withEnvelopes(_ body: (UnsafeBufferPointer<Envelopes>) -> Void) {
        envelopes.withUnsafeBufferPointer(body)
    }

    /// Four channels, low-passed, at one of the ticks that ``take(instants:from:)`` has returned last.
    @inline(__always) func newest(at tick: Int, channels: SIMD4<Int32>) -> SIMD4<Float> {
        wide.withUnsafeBytes { bytes in
            @inline(__always) func level(_ channel: Int32) -> Float {
                let place = (tick & wideMask) &* quads &* SIMD4<Float>.scalarCount &+ Int(channel)
                return bytes.load(fromByteOffset: place &* MemoryLayout<Float>.stride, as: Float.self)
            }
            return SIMD4(level(channels.x), level(channels.y), level(channels.z), level(channels.w))
        }
    }

    /// A quad's channels, low-passed, at the tick whose envelope is meant, freed of the envelope's delay against them.
    @inline(__always) func wide(at tick: Int, quad: Int) -> SIMD4<Float> {
        wide.withUnsafeBufferPointer { $0[((tick &- envelopeDelayTicks) & wideMask) &* quads &+ quad] }
    }

    /// The same of one channel.
    @inline(__always) func wide(at tick: Int, channel: Int) -> Float {
        wide.withUnsafeBytes { bytes in
            let tick = (tick &- envelopeDelayTicks) & wideMask
            let place = tick &* quads &* SIMD4<Float>.scalarCount &+ channel
            return bytes.load(fromByteOffset: place &* MemoryLayout<Float>.stride, as: Float.self)
        }
    }
}
