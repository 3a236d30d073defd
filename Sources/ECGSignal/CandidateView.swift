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

    private let rate: Float
    private(set) var inputs: [Float]
    private var used = 0

    init(rate: Double) {
        self.rate = Float(rate)
        inputs = Array(repeating: 0, count: Self.count)
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
        let end = signal.endTick
        for j in -Self.contextBefore...Self.contextAfter {
            let position = Float(tick) + Float(j) * Float(Self.contextStepSeconds) * rate
            add(relative(to: own, at: position, end: end) { signal.qrs(at: $0) })
        }
        for j in -Self.sideBandReach...Self.sideBandReach {
            let position = Float(tick) + Float(j) * Float(Self.sideBandStepSeconds) * rate
            add(relative(to: own, at: position, end: end) { signal.high(at: $0) })
        }
        for j in -Self.sideBandReach...Self.sideBandReach {
            let position = Float(tick) + Float(j) * Float(Self.sideBandStepSeconds) * rate
            add(relative(to: own, at: position, end: end) { signal.low(at: $0) })
        }
        addShape(at: tick, in: signal)
        addHistory(history, own: own, match: match, secondsSinceStart: secondsSinceStart)
        assert(used == Self.count, "every input is set")
    }

    private func relative(to own: Float, at position: Float, end: Int, _ envelope: (Int) -> Float) -> Float {
        let below = position.rounded(.down)
        let first = Int(below)
        var value = Self.absent
        if first >= 0, first + 1 < end {
            let a = envelope(first)
            value = a + (position - below) * (envelope(first + 1) - a) - own
        }
        return max(Self.absent, min(4, value)) * 0.5
    }

    /// The low-passed complex in the channel that shows it best, upright and of unit height.
    private mutating func addShape(at tick: Int, in signal: DetectionSignal) {
        let reach = Int((Float(Self.shapeReach) * Float(Self.shapeStepSeconds) * rate).rounded(.up)) + 1
        var sum = SIMD16<Float>.zero
        var squares = SIMD16<Float>.zero
        for t in (tick - reach)...(tick + reach) {
            let x = signal.wide(at: t)
            sum += x
            squares += x * x
        }
        let n = Float(2 * reach + 1)
        let mean = sum / n
        let spread = (squares / n - mean * mean) * signal.gain * signal.gain
        var lane = 0
        for l in 1..<16 where spread[l] > spread[lane] { lane = l }
        let start = used
        var largest: Float = 0
        for j in -Self.shapeReach...Self.shapeReach {
            let position = Float(tick) + Float(j) * Float(Self.shapeStepSeconds) * rate
            let below = position.rounded(.down)
            let a = signal.wide(at: Int(below))[lane] - mean[lane]
            let b = signal.wide(at: Int(below) + 1)[lane] - mean[lane]
            let value = a + (position - below) * (b - a)
            add(value)
            if abs(value) > abs(largest) { largest = value }
        }
        let scale = abs(largest) > 1e-9 ? 1 / largest : 0
        for i in start..<used { inputs[i] *= scale }
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
