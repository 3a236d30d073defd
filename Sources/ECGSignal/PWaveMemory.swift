/// Remembers what the patient's P waves look like, and knows them again where no complex follows.
///
/// Two things are remembered of all channels, as slopes, so that baseline wander does not matter: what stands before the
/// complexes, and the waves that ``AtrialWaves`` knew by their march through the complexes of a heart block. A wave of the
/// same shape and size in all channels together is a P wave, however likely it is to be a small beat by itself; a complex
/// of which the electrodes show less than before keeps its own shape.
struct PWaveMemory: Sendable {
    /// What is remembered before a complex, counted from its middle: from the beginning of the P wave at a PR interval of
    /// 300 ms to where a wide complex has begun.
    private static let startMilliseconds = 360.0
    private static let endMilliseconds = 40.0
    /// The complex before must be over by then.
    private static let complexMilliseconds = 100.0
    /// How much of a wave is compared to both sides of its middle: half of a P wave of 110 ms.
    private static let reachMilliseconds = 56.0
    /// Slopes are taken over so long: a P wave has no shorter part, and noise has.
    private static let slopeMilliseconds = 32.0
    /// A mean is over at most so many complexes or waves, and is believed from so many on.
    private static let memoryBeats: Float = 10
    private static let fewestBeats = 3
    /// A wave is a P wave if it correlates with one so well and is as large but for this, as log2. Simulated P waves of
    /// 0.05 to 0.25 mV reach 0.95 to 0.99. Of what the network takes for beats in the open sets this refuses about ten
    /// waves, not all of them beats; correlations from 0.85 to 0.9 and sizes from 0.5 to 1 give the same within five beats
    /// a set, and tell all or all but one of 210 simulated standstills after sinus rhythm.
    private static let likeness: Float = 0.85
    private static let sameSize: Float = 0.7
    /// And it is less like the complexes, which are larger, by this.
    private static let unlikeComplex: Float = 0.05
    /// So many waves in a row that are unlike the one that is remembered take its place.
    private static let strangersToForget = 3
    /// Keeps the correlation with silence finite; energies are relative to the usual peaks.
    private static let leastEnergy: Float = 1e-12

    private let quads: Int
    private let lag: Int
    private let reach: Int
    private let before: Int
    private let leastInterval: Int
    /// Ticks that are remembered before a complex, and of a wave.
    private let width: Int
    private let waveWidth: Int
    /// By quad and tick: the mean before complexes, the mean of waves alone, and the wave that is looked at.
    private var conducted: [SIMD4<Float>]
    private var free: [SIMD4<Float>]
    private var wave: [SIMD4<Float>]
    private var complexes = 0
    private var waves = 0
    private var strangers = 0

    /// - Parameter rate: ticks per second.
    init(rate: Double, quads: Int) {
        func ticks(_ milliseconds: Double) -> Int { Int((milliseconds / 1000 * rate).rounded()) }
        self.quads = quads
        lag = ticks(Self.slopeMilliseconds)
        reach = ticks(Self.reachMilliseconds)
        before = ticks(Self.startMilliseconds)
        leastInterval = before + ticks(Self.complexMilliseconds)
        width = before - ticks(Self.endMilliseconds)
        waveWidth = 2 * reach + 1
        conducted = Array(repeating: .zero, count: quads * width)
        free = Array(repeating: .zero, count: quads * waveWidth)
        wave = Array(repeating: .zero, count: quads * waveWidth)
    }

    /// Keeps what stands before a complex.
    ///
    /// - Parameter interval: ticks since the complex before; nil where there was none.
    mutating func note(complexAt tick: Int, after interval: Int?, in signal: DetectionSignal) {
        guard let interval, interval >= leastInterval else { return }
        let share = 1 / min(Float(complexes + 1), Self.memoryBeats)
        for quad in 0..<quads {
            for i in 0..<width {
                let slope = slope(at: tick - before + i, quad: quad, in: signal)
                conducted[quad * width + i] += (slope - conducted[quad * width + i]) * share
            }
        }
        complexes += 1
    }

    /// Keeps a wave that stood alone.
    mutating func note(waveAt tick: Int, in signal: DetectionSignal) {
        take(tick, signal)
        if waves > 0, !isLike(free, stride: waveWidth, from: 0, gain: signal.gain, atLeast: Self.likeness) {
            strangers += 1
            guard strangers >= Self.strangersToForget else { return }
            waves = 0
        }
        strangers = 0
        let share = 1 / min(Float(waves + 1), Self.memoryBeats)
        for i in free.indices { free[i] += (wave[i] - free[i]) * share }
        waves += 1
    }

    /// Whether a candidate is a P wave.
    mutating func isPWave(_ decision: BeatDetector.Decision, in signal: DetectionSignal) -> Bool {
        let match = decision.match
        var isSmaller = false
        var isAmongBeats = false
        var least = Self.likeness
        for shape in 0..<TemplateBank.shapeCount where match.counts[shape] >= Self.fewestBeats {
            if match.sizeRatios[shape] < AtrialWaves.marchingSize {
                isSmaller = true
                least = max(least, match.correlations[shape] + Self.unlikeComplex)
            } else if match.correlations[shape] >= TemplateBank.membership {
                isAmongBeats = true
            }
        }
        guard isSmaller else { return false }
        take(decision.tick, signal)
        if waves >= Self.fewestBeats, isLike(free, stride: waveWidth, from: 0, gain: signal.gain, atLeast: least) {
            return true
        }
        guard complexes >= Self.fewestBeats, !isAmongBeats else { return false }
        for start in 0...width - waveWidth
        where isLike(conducted, stride: width, from: start, gain: signal.gain, atLeast: least) {
            return true
        }
        return false
    }

    private mutating func take(_ tick: Int, _ signal: DetectionSignal) {
        for quad in 0..<quads {
            for i in 0..<waveWidth {
                wave[quad * waveWidth + i] = slope(at: tick - reach + i, quad: quad, in: signal)
            }
        }
    }

    /// Over the ticks around a tick.
    private func slope(at tick: Int, quad: Int, in signal: DetectionSignal) -> SIMD4<Float> {
        let half = lag / 2
        return signal.wide(at: tick + half, quad: quad) - signal.wide(at: tick + half - lag, quad: quad)
    }

    /// Whether the wave is like a part of what is remembered.
    private func isLike(
        _ slopes: [SIMD4<Float>], stride: Int, from start: Int, gain: SIMD16<Float>, atLeast least: Float
    ) -> Bool {
        var product: Float = 0
        var own = Self.leastEnergy
        var known = Self.leastEnergy
        for quad in 0..<quads {
            var products = SIMD4<Float>.zero
            var owns = SIMD4<Float>.zero
            var knowns = SIMD4<Float>.zero
            for i in 0..<waveWidth {
                let a = wave[quad * waveWidth + i]
                let b = slopes[quad * stride + start + i]
                products += a * b
                owns += a * a
                knowns += b * b
            }
            let weight = gain.quad(quad) * gain.quad(quad)
            product += (products * weight).total
            own += (owns * weight).total
            known += (knowns * weight).total
        }
        guard product > 0, product * product >= least * least * own * known else { return false }
        return abs(0.5 * Logarithm.base2(own / known)) < Self.sameSize
    }
}
