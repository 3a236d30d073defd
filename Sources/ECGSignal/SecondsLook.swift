import ECGModel

/// What one pass over a second of four channels gives, millivolts.
///
/// Four channels at a time, because the sums of sixteen do not fit the processor's registers. The second is cut into
/// tenths, in which 50 and 60 Hz have whole periods. Noise is what the quietest of them have, so that QRS complexes, which
/// reach into a few at any rate up to 250 /min, are not taken for it.
struct SecondsLook: Sendable {
    /// The instants that are looked at.
    struct Grid: Sendable {
        /// So many instants a second are looked at. The second difference of three looks passes noise from 30 Hz on, most
        /// at 125 Hz.
        private static let looksPerSecond = 250.0
        static let tenths = 10
        private static let mainsHertz = (50.0, 60.0)

        /// Samples from one look to the next.
        let stride: Int
        let looksPerTenth: Int
        /// 2 cos ω of 50 and 60 Hz.
        let coefficient: (first: Float, second: Float)
        /// What part of a hum's squared amplitude the noise measure sees; 0 where the rate is too low to find it.
        let humInNoise: (first: Float, second: Float)

        init(samplingRate: Hertz) {
            let rate = samplingRate.value
            stride = max(1, Int((rate / Self.looksPerSecond).rounded()))
            looksPerTenth = max(1, Int(rate.rounded()) / stride / Self.tenths)
            let lookRate = rate / Double(stride)
            func constants(_ hertz: Double) -> (coefficient: Float, inNoise: Float) {
                guard hertz < 0.45 * lookRate else { return (0, 0) }
                let gain = 2 - 2 * FilterDesign.cosine(2 * Double.pi * hertz / lookRate)
                return (
                    Float(2 * FilterDesign.cosine(2 * Double.pi * hertz / lookRate)),
                    Float(gain * gain / 2 / SecondsLook.differencePower)
                )
            }
            let (first, second) = (constants(Self.mainsHertz.0), constants(Self.mainsHertz.1))
            coefficient = (first.coefficient, second.coefficient)
            humInNoise = (first.inNoise, second.inNoise)
        }
    }

    /// White noise of variance v has second differences of variance 6 v.
    private static let differencePower = 6.0
    /// A sample this near to the extreme, as a part of the range, rests there.
    private static let railMarginPart: Float = 0.002

    private(set) var lowest: SIMD4<Float>
    private(set) var highest: SIMD4<Float>
    private(set) var mean = SIMD4<Float>.zero
    /// How far apart the third lowest and the third highest of the tenths' mean levels are: a single wide beat is in two.
    private(set) var spread = SIMD4<Float>.zero
    /// How far apart the mean levels of the second's halves are.
    private(set) var halvesApart = SIMD4<Float>.zero
    /// The larger of the amplitudes at 50 and 60 Hz, squared.
    private(set) var humPower = SIMD4<Float>.zero
    /// Variance of the noise in the third quietest tenth, without the hum.
    private(set) var noisePower: SIMD4<Float>
    /// In what part of the second the channel stands at its lowest and at its highest; only looked for where it moves more
    /// than a limit.
    private(set) var restPart = (atLowest: SIMD4<Float>.zero, atHighest: SIMD4<Float>.zero)

    /// - Parameters:
    ///   - quad: which four channels.
    ///   - start: the first sample; two looks before it are in the ring too.
    ///   - tenths: how many tenths of a second follow it in the ring.
    ///   - railRange: how far a channel must move for its rests to count.
    init(
        of ring: SampleRing.View, quad: Int, from start: SampleIndex, tenths: Int, grid: Grid, railRange: Float
    ) {
        let origin = ring[start, quad: quad]
        lowest = origin
        highest = origin
        var total = SIMD4<Float>.zero
        var firstHalf = SIMD4<Float>.zero
        var quietest = ThreeLeast()
        var lowestSums = ThreeLeast()
        var highestSums = ThreeLeast()
        var (a1, a2) = (SIMD4<Float>.zero, SIMD4<Float>.zero)
        var (b1, b2) = (SIMD4<Float>.zero, SIMD4<Float>.zero)
        let (a0, b0) = grid.coefficient
        var (low, high) = (origin, origin)
        var (before, beforeThat) = (ring[start &- grid.stride, quad: quad], ring[start &- 2 &* grid.stride, quad: quad])
        var levels = ring.walk(from: start, by: grid.stride, quad: quad)
        for tenth in 0..<tenths {
            var sum = SIMD4<Float>.zero
            var power = SIMD4<Float>.zero
            for _ in 0..<grid.looksPerTenth {
                let level = levels.next()
                let difference = (level - before) - (before - beforeThat)
                power += difference * difference
                (before, beforeThat) = (level, before)
                low = low.lesser(level)
                high = high.greater(level)
                // Less the second's first level, so that an offset does not leak into the hum.
                let shifted = level - origin
                sum += shifted
                let a = (shifted - a2) + a1 * a0
                a2 = a1
                a1 = a
                let b = (shifted - b2) + b1 * b0
                b2 = b1
                b1 = b
            }
            total += sum
            if tenth < tenths / 2 { firstHalf += sum }
            quietest.take(power)
            lowestSums.take(sum)
            highestSums.take(-sum)
        }
        (lowest, highest) = (low, high)
        let looks = tenths * grid.looksPerTenth
        mean = origin + total / Float(looks)
        spread = (-highestSums.third - lowestSums.third) / Float(grid.looksPerTenth)
        let half = tenths / 2
        halvesApart =
            (firstHalf / Float(half * grid.looksPerTenth) - (total - firstHalf)
                / Float((tenths - half) * grid.looksPerTenth))
            .magnitudes
        // Goertzel (1958).
        let scale = 4 / Float(looks * looks)
        let aPower = ((a1 * a1 + a2 * a2) - a1 * a2 * a0) * (grid.humInNoise.first == 0 ? 0 : scale)
        let bPower = ((b1 * b1 + b2 * b2) - b1 * b2 * b0) * (grid.humInNoise.second == 0 ? 0 : scale)
        humPower = aPower.greater(bPower).greater(.zero)
        noisePower = quietest.third / (Float(Self.differencePower) * Float(grid.looksPerTenth))
        noisePower -= aPower * grid.humInNoise.first + bPower * grid.humInNoise.second
        noisePower = noisePower.greater(.zero)
        if (high - low).greatestLane > railRange {
            restPart = Self.rests(ring, quad, from: start, looks: looks, stride: grid.stride, low, high)
        }
    }

    private static func rests(
        _ ring: SampleRing.View, _ quad: Int, from start: SampleIndex, looks: Int, stride: Int,
        _ low: SIMD4<Float>, _ high: SIMD4<Float>
    ) -> (SIMD4<Float>, SIMD4<Float>) {
        let margin = (high - low) * railMarginPart
        let (nearLow, nearHigh) = (low + margin, high - margin)
        var atLowest = SIMD4<Int32>.zero
        var atHighest = SIMD4<Int32>.zero
        var levels = ring.walk(from: start, by: stride, quad: quad)
        for _ in 0..<looks {
            let level = levels.next()
            atLowest &-= level.isLess(than: nearLow)
            atHighest &-= nearHigh.isLess(than: level)
        }
        return (SIMD4<Float>(atLowest) / Float(looks), SIMD4<Float>(atHighest) / Float(looks))
    }

    /// The three least of the values taken, lane by lane.
    private struct ThreeLeast {
        private var first = SIMD4<Float>(repeating: .greatestFiniteMagnitude)
        private var second = SIMD4<Float>(repeating: .greatestFiniteMagnitude)
        private(set) var third = SIMD4<Float>(repeating: .greatestFiniteMagnitude)

        @inline(__always) mutating func take(_ value: SIMD4<Float>) {
            let notFirst = first.greater(value)
            first = first.lesser(value)
            let notSecond = second.greater(notFirst)
            second = second.lesser(notFirst)
            third = third.lesser(notSecond)
        }
    }
}
