import ECGModel

/// Measures the waves of one lead on the averaged beat, all levels against the PQ level just before the QRS onset.
struct LeadWaveMeter {
    /// The second part of a biphasic T wave counts from this size on, in millivolts: half a millimetre on paper.
    static let leastSecondTWave: Float = 0.05
    /// A level is the mean over this long before and after its instant.
    static let levelReach = Milliseconds(4)
    /// The stretch at the end of the complex that shows the terminal forces.
    static let terminalStretch = Milliseconds(40)
    /// The T wave is looked for from this long after the J point.
    static let tWaveAfterJPoint = Milliseconds(80)

    let beat: AveragedBeat
    let reference: SIMD16<Float>
    let boundaries: QRSBoundaries
    let pWave: PWave?
    let tWave: TWave?

    private var window: BeatWindow { beat.window }

    /// The level of all leads around a position.
    private func level(at position: Float) -> SIMD16<Float> {
        let reach = Self.levelReach.samples(at: window.samplingRate)
        let whole = Int(position.rounded(.down))
        let fraction = position - Float(whole)
        let first = max(0, whole - reach)
        let last = min(window.count - 2, whole + reach)
        guard first <= last else { return .zero }
        var sum = SIMD16<Float>.zero
        for index in first...last { sum += beat[index] * (1 - fraction) + beat[index + 1] * fraction }
        return sum / Float(last - first + 1) - reference
    }

    /// ST levels of all leads at a time after the J point.
    func stLevel(_ afterJPoint: Milliseconds) -> SIMD16<Float> {
        level(at: boundaries.jPoint + window.span(afterJPoint))
    }

    /// The mean level over the end of the complex.
    func terminalLevel() -> SIMD16<Float> {
        let end = boundaries.jPosition
        return beat.mean(over: max(0, end - window.samples(Self.terminalStretch))..<end) - reference
    }

    /// The largest positive and the largest negative level of all leads over a stretch.
    func extremes(from start: Float, to end: Float) -> (highest: SIMD16<Float>, lowest: SIMD16<Float>) {
        let first = max(0, Int(start.rounded()))
        let last = min(window.count - 1, Int(end.rounded()))
        guard first <= last else { return (.zero, .zero) }
        var highest = beat[first]
        var lowest = highest
        for position in first...last {
            let level = beat[position]
            highest.replace(with: level, where: level .> highest)
            lowest.replace(with: level, where: level .< lowest)
        }
        return (highest - reference, lowest - reference)
    }

    /// Cuts the QRS complex of every lead into its deflections.
    func trace(into tracers: inout [QRSTracer]) {
        for lane in tracers.indices { tracers[lane] = QRSTracer() }
        for position in max(0, boundaries.onsetPosition)...min(window.count - 1, boundaries.jPosition) {
            let level = beat[position] - reference
            for lane in tracers.indices { tracers[lane].take(level[lane]) }
        }
        for lane in tracers.indices { tracers[lane].finish() }
    }

    /// Writes the waves of every channel.
    func measure(into waves: inout [LeadWaves], tracers: inout [QRSTracer]) {
        trace(into: &tracers)
        let j = stLevel(0)
        let levels = (stLevel(20), stLevel(40), stLevel(60), stLevel(80))
        let terminal = terminalLevel()
        let tEnd = tWave?.end ?? Float(window.count - 1)
        let t = extremes(from: boundaries.jPoint + window.span(Self.tWaveAfterJPoint), to: tEnd)
        let p = pWave.map { extremes(from: $0.onset, to: 2 * $0.peak - $0.onset) }
        for lane in waves.indices {
            func millivolts(_ vector: SIMD16<Float>) -> Millivolts { Millivolts(Double(vector[lane])) }
            var lead = LeadWaves()
            lead.stJ = millivolts(j)
            lead.st20 = millivolts(levels.0)
            lead.st40 = millivolts(levels.1)
            lead.st60 = millivolts(levels.2)
            lead.st80 = millivolts(levels.3)
            lead.stSlopeMillivoltsPerSecond = Double(levels.3[lane] - j[lane]) / 0.080
            lead.terminalQRS = millivolts(terminal)
            tracers[lane].write(into: &lead, window: window)
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
