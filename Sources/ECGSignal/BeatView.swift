/// What tells where a beat started, as the inputs of its network: its shape, width and timing against the patient's
/// usual beats.
///
/// Envelopes are logarithms to base 2, so that differences of them are ratios of amplitudes.
struct BeatView: Sendable {
    /// The beat's place among those before it.
    struct Context {
        /// The correlation with the usual shape.
        var usualLikeness: Float
        /// The interval that ends with the beat and the one before it, in ticks.
        var interval: Float?
        var previousInterval: Float?
        /// The mean interval between usual beats, in ticks.
        var sinusInterval: Float?
        /// Fading counts of beats that had the beat's shape, and the usual one.
        var shapeBeats: Float
        var usualShapeBeats: Float
        /// What the network has said of the beat's shape on the mean, of the last beat and of the one before: logarithms of
        /// the odds that they are ventricular.
        var shapeOdds: Float
        var lastOdds: SIMD2<Float>
    }

    static let count = lookCount + timingCount + shapeCount
    private static let lookCount = 16
    private static let timingCount = 9
    private static let shapeCount = 14
    /// The stretches before and after the R peak where P and T waves lie, and where the next beat would, in seconds.
    private static let pStretch: (first: Float, last: Float) = (-0.24, -0.1)
    private static let tStretch: (first: Float, last: Float) = (0.13, 0.36)
    private static let nextStretch: (first: Float, last: Float) = (0.36, 0.82)
    /// How far from the R peak the flanks are looked at, in seconds.
    private static let flanks: [Float] = [-0.12, -0.08, -0.04, 0.04, 0.08, 0.12, 0.16]
    /// Stands for an envelope before the recording's start or after its end, relative to the complex.
    private static let absent: Float = -6
    /// The interval that is taken for usual before there is one, in seconds.
    private static let firstInterval: Float = 0.8
    /// Correlations below this are strange; at 120 ms a complex becomes wide.
    private static let alike: Float = 0.8
    private static let wideSeconds: Float = 0.12
    /// Share of a new beat in the usual look, about ten beats of memory.
    private static let share: Float = 0.1
    /// Odds are looked at up to this, as natural logarithms.
    private static let greatestOdds: Float = 4

    private let rate: Float
    private let flankTicks: [Int]
    private let stretches: (p: ClosedRange<Int>, t: ClosedRange<Int>, next: ClosedRange<Int>)
    private(set) var inputs: [Float]
    private var used = 0
    /// The stretch above a quarter of the envelope's peak, in seconds.
    private(set) var width: Float = 0
    /// What beats are compared in: envelopes of the complex and of what is around it, and its width.
    private var look = SIMD16<Float>.zero
    /// The mean look of the usual beats.
    private var usualLook = SIMD16<Float>.zero
    private var usualBeats: Float = 0

    /// - Parameter rate: ticks per second.
    init(rate: Double) {
        self.rate = Float(rate)
        func ticks(_ seconds: Float) -> Int { Int((seconds * Float(rate)).rounded()) }
        flankTicks = Self.flanks.map(ticks)
        stretches = (
            ticks(Self.pStretch.first)...ticks(Self.pStretch.last),
            ticks(Self.tStretch.first)...ticks(Self.tStretch.last),
            ticks(Self.nextStretch.first)...ticks(Self.nextStretch.last)
        )
        inputs = Array(repeating: 0, count: Self.count)
    }

    /// Adds the beat that was last looked at to the usual ones.
    mutating func addToUsual() {
        usualBeats += 1
        usualLook += (look - usualLook) * max(Self.share, 1 / usualBeats)
    }

    /// Sets ``inputs`` and ``width``.
    mutating func look(
        at decision: BeatDetector.Decision, in signal: DetectionSignal, context: Context, history: CandidateView.History
    ) {
        used = 0
        takeLook(of: signal, at: decision.tick)
        let limit = SIMD16<Float>(repeating: 4)
        let change =
            usualBeats > 0 ? (look - usualLook).clamped(lowerBound: -limit, upperBound: limit) : .zero
        for i in 0..<Self.lookCount { add(change[i] * 0.5) }
        let early = addTiming(context, history)
        addShape(decision, context, early, change)
        assert(used == Self.count, "every input is set")
    }

    private mutating func add(_ value: Float) {
        inputs[used] = value
        used += 1
    }

    private mutating func takeLook(of signal: DetectionSignal, at tick: Int) {
        let own = signal.qrs(at: tick)
        width = Float(signal.width(at: tick)) / rate
        look[0] = own
        look[1] = highest(0...0, around: tick, in: signal) { $0.low } - own
        look[2] = highest(0...0, around: tick, in: signal) { $0.high } - own
        look[3] = highest(stretches.p, around: tick, in: signal) { $0.low } - own
        look[4] = highest(stretches.t, around: tick, in: signal) { $0.low } - own
        for (i, offset) in flankTicks.enumerated() {
            look[5 + i] = highest(offset...offset, around: tick, in: signal) { $0.qrs } - own
        }
        look[12] = Logarithm.base2(width * 10)
        look[13] = highest(stretches.next, around: tick, in: signal) { $0.qrs } - own
        look[14] = highest(flankTicks[1]...flankTicks[1], around: tick, in: signal) { $0.low } - own
        look[15] = highest(flankTicks[4]...flankTicks[4], around: tick, in: signal) { $0.low } - own
    }

    /// The highest point of an envelope in a stretch around a tick.
    private func highest(
        _ stretch: ClosedRange<Int>, around tick: Int, in signal: DetectionSignal, _ band: (Envelopes) -> Float
    ) -> Float {
        let first = max(0, tick + stretch.lowerBound)
        let last = min(signal.endTick - 1, tick + stretch.upperBound)
        var best = signal.qrs(at: tick) + Self.absent
        if first <= last {
            for t in first...last { best = max(best, band(signal.envelopes[t & signal.envelopeMask])) }
        }
        return best
    }

    /// - Returns: by how many octaves the beat comes early.
    private mutating func addTiming(_ context: Context, _ history: CandidateView.History) -> Float {
        let usual = history.usualInterval ?? context.interval ?? rate * Self.firstInterval
        let sinus = context.sinusInterval ?? usual
        let ratio = context.interval.map { Self.octaves($0 / usual) } ?? 0
        let sinusRatio = context.interval.map { Self.octaves($0 / sinus) } ?? 0
        var step: Float = 0
        if let interval = context.interval, let previous = context.previousInterval {
            step = Self.octaves(interval / previous)
        }
        add(ratio)
        add(max(0, -ratio))
        add(sinusRatio)
        add(max(0, -sinusRatio))
        add(step)
        add(min(1, history.irregularity * 3))
        add(Logarithm.base2(usual / rate))
        add(context.interval.map { Logarithm.base2($0 / rate) } ?? 0)
        add(context.interval == nil ? 1 : 0)
        return max(0, -ratio)
    }

    private mutating func addShape(
        _ decision: BeatDetector.Decision, _ context: Context, _ early: Float, _ change: SIMD16<Float>
    ) {
        let strange = max(0, Self.alike - context.usualLikeness)
        add(context.usualLikeness)
        add(strange)
        add(strange * strange)
        add(decision.match.correlation)
        add(decision.isNewShape ? 1 : 0)
        add(0.25 * Logarithm.base2((context.shapeBeats + 1) / (context.usualShapeBeats + 1)))
        add(max(-3, min(3, (width - Self.wideSeconds) * 10)))
        add(abs(change[0]) * 0.5)
        add(max(-1, min(1, decision.logOdds / 6)))
        add(early * strange)
        add(early * change[12])
        add(Self.odds(context.shapeOdds))
        add(Self.odds(context.lastOdds.x))
        add(Self.odds(context.lastOdds.y))
    }

    private static func octaves(_ ratio: Float) -> Float { max(-2, min(2, Logarithm.base2(ratio))) }
    private static func odds(_ logarithm: Float) -> Float {
        max(-greatestOdds, min(greatestOdds, logarithm)) / greatestOdds
    }
}
