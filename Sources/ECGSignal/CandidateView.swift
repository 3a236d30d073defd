/// What the detector sees of a candidate, as the inputs of its network: the envelopes before and after it, its shape,
/// and how it fits to the beats already found.
///
/// All envelopes are logarithms relative to the candidate's own peak, so neither the amplifier's gain nor the heart's
/// amplitude matters, and nothing has to be learned before the first beat can be judged.
struct CandidateView: Sendable {
    static let contextBefore = 31
    static let contextAfter = 26
    /// Spacing of the QRS envelope's samples around the candidate: they reach from 0.99 s before to 0.83 s after it.
    static let contextStepSeconds = 0.032
    static let sideBandReach = 7
    static let sideBandStepSeconds = 0.064
    static let shapeReach = 10
    static let shapeStepSeconds = 0.012
    static let intervalCentres: [Float] = [0.2, 0.4, 0.6, 0.8, 1.0, 1.2, 1.4, 1.6, 1.8, 2.0, 2.2]
    static let secondsCentres: [Float] = [0.12, 0.2, 0.3, 0.45, 0.65, 0.9, 1.3, 2.0]
    static let historyCount = 12
    static let count =
        contextBefore + 1 + contextAfter + 2 * (2 * sideBandReach + 1) + 2 * shapeReach + 1 + intervalCentres.count
        + secondsCentres.count + historyCount
    /// Stands for envelopes before the recording's start and after its end: as quiet as can be.
    private static let absent: Float = -6
    /// Greater envelopes count as this.
    private static let greatest: Float = 4

    /// What is known from the beats found so far.
    struct History: Sendable {
        /// Ticks since the last beat; nil before the first.
        var ticksSinceBeat: Int?
        /// Median of the last intervals in ticks.
        var usualInterval: Float?
        /// Mean deviation of the last intervals from the usual one, relative to it.
        var irregularity: Float = 0
        /// log2 of the envelope at the last beats.
        var beatLevel: Float?
        /// Mean log2 of the envelope at any time.
        var meanLevel: Float = 0
        /// Mean of the network's outputs at the last beats.
        var confidence: Float = 0
        var beatCount = 0
    }

    /// A place between two ticks.
    private struct Place {
        /// The tick before it, counted from the candidate's.
        var tick: Int
        /// Its distance from that tick.
        var fraction: Float
    }

    private let rate: Float
    private let contextPlaces: [Place]
    private let sideBandPlaces: [Place]
    private let shapePlaces: [Place]
    private let shapeReachTicks: Int
    private(set) var inputs: [Float]
    private var used = 0

    init(rate: Double) {
        self.rate = Float(rate)
        contextPlaces = Self.places(-Self.contextBefore...Self.contextAfter, Self.contextStepSeconds * rate)
        sideBandPlaces = Self.places(-Self.sideBandReach...Self.sideBandReach, Self.sideBandStepSeconds * rate)
        shapePlaces = Self.places(-Self.shapeReach...Self.shapeReach, Self.shapeStepSeconds * rate)
        shapeReachTicks = Int((Double(Self.shapeReach) * Self.shapeStepSeconds * rate).rounded(.up)) + 1
        inputs = Array(repeating: 0, count: Self.count)
    }

    private static func places(_ steps: ClosedRange<Int>, _ ticksPerStep: Double) -> [Place] {
        steps.map { step in
            let position = Double(step) * ticksPerStep
            return Place(tick: Int(position.rounded(.down)), fraction: Float(position - position.rounded(.down)))
        }
    }

    private mutating func add(_ value: Float) {
        inputs[used] = value
        used += 1
    }

    mutating func look(
        at tick: Int, in signal: DetectionSignal, history: History, match: TemplateBank.Match, secondsSinceStart: Float
    ) {
        used = 0
        let own = signal.qrs(at: tick)
        addEnvelope(of: signal, at: contextPlaces, around: tick, relativeTo: own) { $0.qrs }
        addEnvelope(of: signal, at: sideBandPlaces, around: tick, relativeTo: own) { $0.high }
        addEnvelope(of: signal, at: sideBandPlaces, around: tick, relativeTo: own) { $0.low }
        addShape(at: tick, in: signal)
        addHistory(history, own: own, match: match, secondsSinceStart: secondsSinceStart)
        assert(used == Self.count, "every input is set")
    }

    @inline(__always)
    private mutating func addEnvelope(
        of signal: DetectionSignal, at places: [Place], around tick: Int, relativeTo own: Float,
        _ band: (Envelopes) -> Float
    ) {
        let end = signal.endTick
        let mask = signal.envelopeMask
        let start = used
        inputs.withUnsafeMutableBufferPointer { inputs in
            signal.withEnvelopes { envelopes in
                for i in 0..<places.count {
                    let place = places[i]
                    let first = tick &+ place.tick
                    var value = Self.absent
                    if first >= 0, first &+ 1 < end {
                        let a = band(envelopes[first & mask])
                        value = a + place.fraction * (band(envelopes[(first &+ 1) & mask]) - a) - own
                    }
                    // Not by `min` and `max`, which are five instructions each.
                    value = value > Self.greatest ? Self.greatest : value
                    inputs[start &+ i] = (value < Self.absent ? Self.absent : value) * 0.5
                }
            }
        }
        used += places.count
    }

    /// The low-passed complex in the channel that shows it best, upright and of unit height.
    private mutating func addShape(at tick: Int, in signal: DetectionSignal) {
        let n = Float(2 * shapeReachTicks + 1)
        var channel = 0
        var level: Float = 0
        var largestSpread: Float = -1
        for quad in 0..<signal.quads {
            var sum = SIMD4<Float>.zero
            var squares = SIMD4<Float>.zero
            for offset in 0..<2 * shapeReachTicks + 1 {
                let x = signal.wide(at: tick &- shapeReachTicks &+ offset, quad: quad)
                sum += x
                squares += x * x
            }
            let mean = sum / n
            let gain = signal.gain.quad(quad)
            let spread = (squares / n - mean * mean) * gain * gain
            // Mostly one of the first leads shows it best, and the lanes of the others need not be looked at.
            guard spread.greatestLane > largestSpread else { continue }
            for lane in 0..<4 where spread[lane] > largestSpread {
                largestSpread = spread[lane]
                channel = quad * 4 + lane
                level = mean[lane]
            }
        }
        let start = used
        inputs.withUnsafeMutableBufferPointer { inputs in
            var largest: Float = 0
            for i in 0..<shapePlaces.count {
                let place = shapePlaces[i]
                let a = signal.wide(at: tick &+ place.tick, channel: channel) - level
                let b = signal.wide(at: tick &+ place.tick &+ 1, channel: channel) - level
                let value = a + place.fraction * (b - a)
                inputs[start &+ i] = value
                if abs(value) > abs(largest) { largest = value }
            }
            let scale = abs(largest) > 1e-9 ? 1 / largest : 0
            for i in 0..<shapePlaces.count { inputs[start &+ i] *= scale }
        }
        used += shapePlaces.count
    }

    private mutating func addHistory(
        _ history: History, own: Float, match: TemplateBank.Match, secondsSinceStart: Float
    ) {
        let since = history.ticksSinceBeat.map(Float.init)
        let ratio: Float? = if let since, let usual = history.usualInterval { since / usual } else { nil }
        for centre in Self.intervalCentres { add(ratio.map { Self.bump(($0 - centre) / 0.12) } ?? 0) }
        let seconds = since.map { Logarithm.base2($0 / rate) }
        for centre in Self.secondsCentres {
            add(seconds.map { Self.bump(($0 - Logarithm.base2(centre)) / 0.4) } ?? 0)
        }
        add(history.usualInterval.map { Logarithm.base2($0 / rate) } ?? 0)
        add(min(1, history.irregularity * 3))
        add(history.beatLevel.map { Self.clamp(own - $0) } ?? 0)
        add(Self.clamp(own - history.meanLevel))
        add(match.correlation)
        add(Self.clamp(match.sizeRatio))
        add(min(1, Float(match.count) / 8))
        add(match.correlation * min(1, Float(match.count) / 8))
        add(max(-1, min(1, history.confidence / 6)))
        add(Float(min(history.beatCount, 8)) / 8)
        add(min(1, secondsSinceStart / 3))
        add(history.usualInterval == nil ? 1 : 0)
    }

    private static func clamp(_ x: Float) -> Float { max(-6, min(4, x)) * 0.5 }
    /// A bell over one unit.
    private static func bump(_ x: Float) -> Float { Logarithm.decay(x * x * 0.5) }
}
