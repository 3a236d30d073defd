/// Foretells up to eight leads, side by side, from their own last eight differences, and learns from each miss: a
/// normalised least-mean-squares filter in integers.
///
/// Every lead has a SIMD lane of its own, so that eight filters cost what one costs. All arithmetic wraps around or is
/// clamped as PROTOCOL.md says, and both ends do it alike, bit for bit.
struct AdaptivePredictor: Hashable, Sendable {
    typealias Lanes = SIMD8<Int32>
    typealias NarrowLanes = SIMD8<Int16>

    static let laneCount = 8
    /// Over all recordings, ten saved mitdb 0.1 % and cost ptbxl 0.3 %; sixteen cost both, 0.2 % and 0.8 %.
    static let taps = 8
    /// Weights are in 1/4096: ±8, and eight products of a weight and a difference stay below 32 bits.
    private static let weightBits: Int32 = 12
    /// The filter begins with half of the last difference, which is what a pulse wave sampled often enough does.
    private static let firstWeight: Int16 = 1 << 11
    /// Differences beyond it are learnt from as if they were this large: 20 mV in 2 ms at 5 µV a count.
    private static let largestDifference: Int16 = 4095
    /// Misses beyond it teach no more than this one: with ``stepBits`` it keeps the step within 32 bits.
    private static let largestMiss: Int16 = 2047
    /// What is added to the power of the last differences: four counts in each, so that a flat line does not make
    /// the step too large. A quarter of it changed nothing; four times cost mitdb 0.3 %, sixteen times 1.3 %.
    private static let leastPower: Int32 = 16 * Int32(taps)
    /// The step is the miss × 2^22 / power, which with the product's 16 lower bits dropped is a rate of 1/64 in units of
    /// the weights. Half and twice of it cost mitdb 0.2 %.
    private static let stepBits: Int32 = 22
    /// The place of the highest of the product's 16 lower bits. Without rounding the weights drift: 9 % more on mitdb.
    private static let productRounding: UInt16 = 15

    private var weights: [NarrowLanes]
    /// The last differences, oldest first, clamped.
    private var window: [NarrowLanes]
    /// The sum of the window's squares and ``leastPower``.
    private var power: Lanes
    /// The last value of each lead.
    private var value: Lanes

    init() {
        weights = Array(repeating: .zero, count: Self.taps)
        weights[0] = NarrowLanes(repeating: Self.firstWeight)
        window = Array(repeating: .zero, count: Self.taps)
        power = Lanes(repeating: Self.leastPower)
        value = .zero
    }

    /// Replaces folded misses by the values that they come from.
    ///
    /// - Parameter history: room for `count` + ``taps`` rows.
    mutating func restore(_ rows: PredictorRows, count: Int, history: UnsafeMutablePointer<NarrowLanes>) {
        run(count, history) { filter, value, newest in
            for row in 0..<count {
                let folded = SIMD8<UInt32>(truncatingIfNeeded: rows[row])
                let miss = Lanes(truncatingIfNeeded: folded &>> 1) ^ (0 &- Lanes(truncatingIfNeeded: folded & 1))
                let difference = miss &+ filter.prediction(newest + row)
                value &+= difference
                rows[row] = value
                filter.learn(miss, difference, newest + row)
            }
        }
    }

    /// Replaces values by the folded misses of the prediction.
    ///
    /// - Parameter history: room for `count` + ``taps`` rows.
    mutating func reduce(_ rows: PredictorRows, count: Int, history: UnsafeMutablePointer<NarrowLanes>) {
        run(count, history) { filter, value, newest in
            for row in 0..<count {
                let difference = rows[row] &- value
                value = rows[row]
                let miss = difference &- filter.prediction(newest + row)
                rows[row] = miss &<< 1 ^ miss &>> 31
                filter.learn(miss, difference, newest + row)
            }
        }
    }

    /// Lends the filter, the last value and the place of the last difference for the work on a block.
    ///
    /// The loop over the rows is `body`'s: a call for every row would cost as much as a tap.
    @inline(__always)
    private mutating func run(
        _ count: Int, _ history: UnsafeMutablePointer<NarrowLanes>,
        _ body: (_ filter: inout Filter, _ value: inout Lanes, _ newest: UnsafeMutablePointer<NarrowLanes>) -> Void
    ) {
        for tap in 0..<Self.taps { history[tap] = window[tap] }
        var value = value
        power = weights.withUnsafeMutableBufferPointer { weights in
            var filter = Filter(weights: weights, power: power)
            body(&filter, &value, history + Self.taps - 1)
            return filter.power
        }
        self.value = value
        for tap in 0..<Self.taps { window[tap] = history[count + tap] }
    }

    /// The filter while it works on a block.
    private struct Filter {
        let weights: UnsafeMutableBufferPointer<NarrowLanes>
        var power: Lanes

        /// The difference that the last ones foretell.
        @inline(__always)
        func prediction(_ newest: UnsafeMutablePointer<NarrowLanes>) -> Lanes {
            var sum = Lanes(repeating: 1 << (weightBits - 1))
            for tap in 0..<taps { sum &+= product(weights[tap], newest[-tap]) }
            return sum &>> weightBits
        }

        /// Corrects the weights by the miss, and appends the true difference to the last ones.
        @inline(__always)
        mutating func learn(_ miss: Lanes, _ difference: Lanes, _ newest: UnsafeMutablePointer<NarrowLanes>) {
            let step = step(miss, power)
            for tap in 0..<taps { weights[tap] &+= roundedUpperHalf(step, newest[-tap]) }
            let next = clamp(difference, largestDifference)
            let oldest = newest[1 - taps]
            // Not as a difference of products, of which compilers make one of sums, in 32 bits, which is slower.
            power &+= product(next, next) &+ product(oldest, 0 &- oldest)
            newest[1] = next
        }
    }

    /// miss × 2^22 / 2^⌊log2 power⌋, rounded down, within 16 bits.
    ///
    /// Processors shift all lanes alike, and have no logarithm of integers for several lanes. Floating point has both, in
    /// its exponents, and none of what it does here is rounded: the operands have few bits, and the factor is a power
    /// of two.
    @inline(__always)
    private static func step(_ miss: Lanes, _ power: Lanes) -> NarrowLanes {
        // A power has 28 bits at the most, and 7 at least: five bits less change nothing of its logarithm.
        let exponent = ExactFloat.bits(ExactFloat.of(power &>> 5)) & Lanes(repeating: ExactFloat.exponentMask)
        // 2^(22 − ⌊log2 power⌋), by its exponent alone.
        let factor = ExactFloat.float(
            Lanes(repeating: 2 &* ExactFloat.zeroExponent &+ (stepBits - 5) << 23) &- exponent)
        let scaled = ExactFloat.of(Lanes(truncatingIfNeeded: clamp(miss, largestMiss))) * factor
        let largest = ExactFloat.Floats(repeating: Float(Int16.max))
        let least = ExactFloat.Floats(repeating: Float(Int16.min))
        let clamped = scaled.replacing(with: largest, where: scaled .> largest)
            .replacing(with: least, where: scaled .< least)
        return NarrowLanes(truncatingIfNeeded: ExactFloat.floor(clamped))
    }

    /// - Parameter bound: below 2^15.
    @inline(__always)
    private static func clamp(_ lanes: Lanes, _ bound: Int16) -> NarrowLanes {
        // Down to 16 bits first, which is one operation for eight lanes, and clamped there.
        let narrow = NarrowLanes(
            truncatingIfNeeded: pointwiseMax(
                pointwiseMin(lanes, Lanes(repeating: Int32(Int16.max))), Lanes(repeating: Int32(Int16.min))))
        return pointwiseMax(pointwiseMin(narrow, NarrowLanes(repeating: bound)), NarrowLanes(repeating: -bound))
    }

    @inline(__always)
    private static func product(_ a: NarrowLanes, _ b: NarrowLanes) -> Lanes {
        Lanes(truncatingIfNeeded: a) &* Lanes(truncatingIfNeeded: b)
    }

    /// (a × b + 2^15) >> 16, in the operations on 16 bits that every processor has: the upper half of the product, and
    /// the highest bit of its lower half.
    @inline(__always)
    private static func roundedUpperHalf(_ a: NarrowLanes, _ b: NarrowLanes) -> NarrowLanes {
        let upper = NarrowLanes(truncatingIfNeeded: product(a, b) &>> 16)
        let lower = SIMD8<UInt16>(truncatingIfNeeded: a &* b)
        return upper &+ NarrowLanes(truncatingIfNeeded: lower &>> productRounding)
    }
}

/// Conversions between small integers and floating point in SIMD lanes, by the bits of IEEE 754 numbers: every processor
/// does them in an operation or two, and exactly.
private enum ExactFloat {
    typealias Floats = SIMD8<Float>
    typealias Lanes = SIMD8<Int32>

    static let exponentMask: Int32 = 0x7F80_0000
    /// The exponent of numbers from 1 to 2.
    static let zeroExponent: Int32 = 0x3F80_0000
    /// 1.5 × 2^23: the last bit of a number this large is worth 1, whether something is added or taken away.
    private static let large: Float = 0x1.8p23

    @inline(__always) static func bits(_ floats: Floats) -> Lanes { unsafeBitCast(floats, to: Lanes.self) }
    @inline(__always) static func float(_ bits: Lanes) -> Floats { unsafeBitCast(bits, to: Floats.self) }

    /// The same number, from −2^22 up to 2^22.
    @inline(__always)
    static func of(_ number: Lanes) -> Floats {
        float(number &+ Lanes(repeating: Int32(bitPattern: large.bitPattern))) - Floats(repeating: large)
    }

    /// Rounds down a number of 16 bits and up to five more behind the point: nearest to what is just below half less.
    @inline(__always)
    static func floor(_ number: Floats) -> Lanes {
        bits(number - Floats(repeating: 31 / 64) + Floats(repeating: large))
            &- Lanes(repeating: Int32(bitPattern: large.bitPattern))
    }
}
