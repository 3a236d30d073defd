import ECGModel

/// Measures the waves of one lead on the averaged beat, all levels against the PQ level just before the QRS onset.
struct LeadWaveMeter {
    /// The second part of a biphasic T wave counts from this size on, in millivolts: half a millimetre on paper.
    static let leastSecondTWave: Float = 0.05
    /// A level is the mean over this long before and after its instant.
    static let levelReach = Milliseconds(4)
    /// The stretch at the end of the complex that shows the terminal forces.
    static let terminalStretch = Milliseconds(40)
    /// The complexes are cut into deflections at steps of this: half of the shortest that counts as one.
    static let traceInterval = Milliseconds(4)
    /// The T wave is looked for from this long after the J point.
    static let tWaveAfterJPoint = Milliseconds(80)

    let beat: AveragedBeat
    let reference: SIMD16<Float>
    let boundaries: QRSBoundaries
    let pWave: PWave?
    let tWave: TWave?

    private var window: BeatWindow { beat.window }
    private var complex: Range<Int> { beat.window.complex }

    /// The level of all leads around a position; nil where the complex ends too late for it to be held.
    private func level(at position: Float) -> SIMD16<Float>? {
        let reach = Self.levelReach.samples(at: window.samplingRate)
        let whole = Int(position.rounded(.down))
        let fraction = position - Float(whole)
        let first = whole - reach
        let last = whole + reach
        guard first >= complex.lowerBound, last < complex.upperBound - 1 else { return nil }
        var sum = SIMD16<Float>.zero
        for index in first...last { sum += beat[index] * (1 - fraction) + beat[index + 1] * fraction }
        return sum / Float(last - first + 1) - reference
    }

    /// ST levels of all leads at a time after the J point.
    func stLevel(_ afterJPoint: Milliseconds) -> SIMD16<Float>? {
        level(at: boundaries.jPoint + window.span(afterJPoint))
    }

    /// The mean level over the end of the complex.
    func terminalLevel() -> SIMD16<Float> {
        let end = boundaries.jPosition
        return beat.mean(over: end - window.samples(Self.terminalStretch)..<end) - reference
    }

    /// The largest positive and the largest negative level of all leads over a stretch of the thinned beat.
    func extremes(from start: Float, to end: Float) -> (highest: SIMD16<Float>, lowest: SIMD16<Float>) {
        let coarse = beat.coarse
        let first = coarse.index(of: start)
        let last = coarse.index(of: end)
        guard first <= last else { return (.zero, .zero) }
        var highest = coarse.levels[first]
        var lowest = highest
        for index in first...last {
            let level = coarse.levels[index]
            highest = highest.greater(level)
            lowest = lowest.lesser(level)
        }
        return (highest - reference, lowest - reference)
    }

    /// Cuts the QRS complexes of a quad of leads into their deflections.
    private func trace(_ quad: Int) -> QRSTracer {
        var tracer = QRSTracer(interval: window.stride(Self.traceInterval))
        var position = max(complex.lowerBound, boundaries.onsetPosition)
        let last = min(complex.upperBound - 1, boundaries.jPosition)
        let reference = reference.quad(quad)
        while position <= last {
            tracer.take(beat[position, quad: quad] - reference)
            position += tracer.interval
        }
        tracer.finish()
        return tracer
    }

    /// Writes the waves of every channel.
    func measure(into waves: inout [LeadWaves]) {
        var tracer = trace(0)
        let j = stLevel(0)
        let levels = (stLevel(20), stLevel(40), stLevel(60), stLevel(80))
        let terminal = terminalLevel()
        let tEnd = tWave?.bulkEnd ?? Float(window.count - 1)
        let t = extremes(from: boundaries.jPoint + window.span(Self.tWaveAfterJPoint), to: tEnd)
        let p = pWave.map { extremes(from: $0.onset, to: 2 * $0.peak - $0.onset) }
        for lane in waves.indices {
            if lane > 0, lane.isMultiple(of: 4) { tracer = trace(lane / 4) }
            func millivolts(_ vector: SIMD16<Float>?) -> Millivolts? { vector.map { Millivolts(Double($0[lane])) } }
            var lead = LeadWaves()
            lead.stJ = millivolts(j)
            lead.st20 = millivolts(levels.0)
            lead.st40 = millivolts(levels.1)
            lead.st60 = millivolts(levels.2)
            lead.st80 = millivolts(levels.3)
            if let j, let end = levels.3 { lead.stSlopeMillivoltsPerSecond = Double(end[lane] - j[lane]) / 0.080 }
            lead.terminalQRS = millivolts(terminal)
            tracer.write(lane % 4, into: &lead, window: window)
            if tWave != nil {
                let (high, low) = (max(0, t.highest[lane]), min(0, t.lowest[lane]))
                let (first, second) = high >= -low ? (high, low) : (low, high)
                lead.t = Millivolts(Double(first))
                lead.tSecond = Millivolts(second.magnitude >= Self.leastSecondTWave ? Double(second) : 0)
            }
            if let p {
                let (high, low) = (p.highest[lane], p.lowest[lane])
                lead.p = Millivolts(Double(high >= -low ? high : low))
            } else {
                lead.p = 0
            }
            waves[lane] = lead
        }
    }
}
