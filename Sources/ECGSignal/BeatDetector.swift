import ECGModel

/// Finds the beats: local peaks of the QRS envelope are candidates, and each is judged once 0.9 s after it are known.
struct BeatDetector: Sendable {
    struct Decision {
        var tick: Int
        /// The sample of the recording in the middle of the complex.
        var sample: SampleIndex
        /// Logarithm of the odds that the candidate is a beat.
        var logOdds: Float = 0
        var isBeat = false
        /// Whether it came too soon after a beat to be looked at.
        var isRefractory = false
        /// What is known of it as a wave of the atria.
        var wave = AtrialWaves.Verdict()
        var match = TemplateBank.Match()
        /// The shape in the bank that the beat was added to.
        var shape: Int?
        /// Whether the shape is new, or has taken the place of another.
        var isNewShape = false
    }

    /// A candidate is the highest point of the envelope this far to both sides: less than the shortest PR interval.
    private static let peakReachMilliseconds = 64.0
    /// No heart beats twice within this time (300 /min).
    private static let refractoryMilliseconds = 190.0
    /// What is less likely to be a beat, as a natural logarithm of odds (1:150), need not be asked whether it is a P wave.
    private static let doubtedLogOdds: Float = -5
    /// Candidates waiting for their context: 16 would fill 1 s at one every 64 ms.
    private static let pendingCapacity = 32
    private static let intervalMemory = 8
    /// Shares of a new beat in the running level and confidence, and of a tick in the mean level (about 3 s).
    private static let beatShare: Float = 0.2
    private static let meanLevelSeconds = 3.0

    /// A complex is judged at most this long after its middle, at any sampling rate: what follows it in its view, and the
    /// delay of the envelopes.
    static let greatestDelaySeconds = 0.95

    /// Judges the candidates.
    var network: QRSNetwork
    var signal: DetectionSignal
    private(set) var view: CandidateView
    private var templates: TemplateBank
    private var atrialWaves: AtrialWaves
    private var pWaves: PWaveMemory
    private(set) var history = CandidateView.History()
    private var lastBeatTick: Int?

    private let peakReach: Int
    private let lookAhead: Int
    private let refractory: Int
    private let meanLevelShare: Float
    /// Ticks come several at a time, but are looked at up to where a candidate is due, as if there were none after it.
    private var endTick = 0
    private var examined = 0
    private var pending: [Int]
    private var pendingStart = 0
    private var pendingEnd = 0
    private var intervals: [Float]
    private var intervalCount = 0
    private var sorted: [Float]

    /// - Parameter network: judges the candidates.
    init(channelCount: Int, samplingRate: Double, network: QRSNetwork = .fitted) {
        self.network = network
        signal = DetectionSignal(channelCount: channelCount, samplingRate: samplingRate)
        view = CandidateView(rate: signal.rate)
        templates = TemplateBank(rate: signal.rate, quads: signal.quads)
        atrialWaves = AtrialWaves(rate: signal.rate)
        pWaves = PWaveMemory(rate: signal.rate, quads: signal.quads)
        peakReach = Int((Self.peakReachMilliseconds / 1000 * signal.rate).rounded())
        lookAhead =
            Int((Double(CandidateView.contextAfter) * CandidateView.contextStepSeconds * signal.rate).rounded(.up)) + 1
        refractory = Int((Self.refractoryMilliseconds / 1000 * signal.rate).rounded())
        meanLevelShare = Float(1 / (Self.meanLevelSeconds * signal.rate))
        pending = Array(repeating: 0, count: Self.pendingCapacity)
        intervals = Array(repeating: 0, count: Self.intervalMemory)
        sorted = Array(repeating: 0, count: Self.intervalMemory)
    }

    func prefetch() {
        signal.prefetch()
        templates.prefetch()
    }

    /// All beats before this sample have been reported.
    var decidedUntil: SampleIndex {
        let tick = pendingStart < pendingEnd ? pending[pendingStart % Self.pendingCapacity] : examined
        return signal.sample(ofTick: min(tick, max(0, signal.endTick - lookAhead)))
    }

    /// The next judged candidate, if there is one; to be called until there is none after ``signal`` has taken samples.
    ///
    /// - Parameter isFinal: the recording has ended, and nothing will follow.
    mutating func nextDecision(isFinal: Bool = false) -> Decision? {
        while true {
            examine(until: isFinal ? endTick : endTick - peakReach)
            var due = examined + lookAhead + 1
            if pendingStart < pendingEnd {
                let tick = pending[pendingStart % Self.pendingCapacity]
                due = tick + lookAhead + 1
                if isFinal || due <= endTick {
                    pendingStart += 1
                    return judge(tick)
                }
            }
            guard endTick < signal.endTick else { return nil }
            // The first stretch comes whole. Later, nothing is judged before the tick at which the first candidate is due,
            // be it one that is not known yet.
            endTick = endTick == 0 ? signal.endTick : min(due, signal.endTick)
        }
    }

    /// Looks for candidates.
    private mutating func examine(until end: Int) {
        guard examined < end else { return }
        if examined == 0 { history.meanLevel = signal.qrs(at: 0) }
        var meanLevel = history.meanLevel
        var before = signal.qrs(at: max(0, examined - 1))
        for tick in examined..<end {
            let level = signal.qrs(at: tick)
            meanLevel += (level - meanLevel) * max(meanLevelShare, 1 / Float(tick + 1))
            if before < level, isPeak(tick, level) {
                pending[pendingEnd % Self.pendingCapacity] = tick
                pendingEnd += 1
            }
            before = level
        }
        history.meanLevel = meanLevel
        examined = end
    }

    /// - Precondition: the tick is not the first.
    private func isPeak(_ tick: Int, _ level: Float) -> Bool {
        for d in 1...peakReach {
            if tick + d < endTick, signal.qrs(at: tick + d) > level { return false }
            if tick - d >= 0, signal.qrs(at: tick - d) >= level { return false }
        }
        return true
    }

    private mutating func judge(_ tick: Int) -> Decision {
        var decision = Decision(tick: tick, sample: signal.sample(ofTick: tick))
        history.ticksSinceBeat = lastBeatTick.map { tick - $0 }
        if let since = history.ticksSinceBeat, since < refractory {
            decision.isRefractory = true
            return decision
        }
        decision.match = templates.match(signal, at: tick)
        view.look(
            at: tick, in: signal, history: history, match: decision.match,
            secondsSinceStart: Float(Double(tick) / signal.rate))
        decision.logOdds = network.logOdds(view.inputs)
        decision.wave = atrialWaves.judge(decision, history: history)
        recallPWave(&decision)
        decision.isBeat = decision.logOdds > 0 && !decision.wave.isAtrial
        if decision.isBeat {
            if decision.match.correlation >= TemplateBank.membership {
                pWaves.note(complexAt: tick, after: history.ticksSinceBeat, in: signal)
            }
            accept(&decision)
        }
        return decision
    }

    /// Takes the candidate that was judged last for a beat, which other evidence makes it.
    mutating func admit(_ decision: inout Decision) {
        decision.isBeat = true
        accept(&decision)
    }

    private mutating func accept(_ decision: inout Decision) {
        let shape = accept(decision.tick, decision.logOdds, decision.match)
        decision.isNewShape = decision.match.shape != shape
        decision.shape = shape
        atrialWaves.note(decision, shape: shape)
    }

    /// Knows a P wave by its shape, and learns it where it is known by its march.
    private mutating func recallPWave(_ decision: inout Decision) {
        guard decision.logOdds > Self.doubtedLogOdds else { return }
        if decision.wave.isAtrial {
            pWaves.note(waveAt: decision.tick, in: signal)
        } else {
            decision.wave.isAtrial = pWaves.isPWave(decision, in: signal)
        }
    }

    private mutating func accept(_ tick: Int, _ logOdds: Float, _ match: TemplateBank.Match) -> Int {
        let level = signal.qrs(at: tick)
        history.beatLevel = history.beatLevel.map { $0 + (level - $0) * Self.beatShare } ?? level
        history.confidence += (logOdds - history.confidence) * Self.beatShare
        history.beatCount += 1
        if let lastBeatTick {
            intervals[intervalCount % Self.intervalMemory] = Float(tick - lastBeatTick)
            intervalCount += 1
            updateIntervals()
        }
        lastBeatTick = tick
        return templates.accept(match)
    }

    private mutating func updateIntervals() {
        let n = min(intervalCount, Self.intervalMemory)
        for i in 0..<n {
            var j = i
            while j > 0, sorted[j - 1] > intervals[i] {
                sorted[j] = sorted[j - 1]
                j -= 1
            }
            sorted[j] = intervals[i]
        }
        let usual = sorted[n / 2]
        var deviation: Float = 0
        for i in 0..<n { deviation += abs(intervals[i] - usual) }
        history.usualInterval = usual
        history.irregularity = deviation / (Float(n) * usual)
    }
}
