/// The shapes of QRS complex that a recording has shown so far, as slopes of all channels around the R peak.
///
/// Slopes, not potentials: baseline wander and ST shifts do not change them.
struct TemplateBank: Sendable {
    struct Match {
        /// The shape's place in the bank, or nil while the bank is empty.
        var shape: Int?
        /// Normalised cross-correlation, from −1 to 1.
        var correlation: Float = 0
        /// log2 of the candidate's size over the shape's.
        var sizeRatio: Float = 0
        /// How many beats the shape has been averaged over.
        var count = 0
        /// The correlation with every shape of the bank.
        var correlations = SIMD4<Float>.zero
        /// log2 of the candidate's size over every shape's; 0 where there is none.
        var sizeRatios = SIMD4<Float>.zero
        /// How many beats every shape has been averaged over.
        var counts = SIMD4<Int32>.zero
    }

    /// Half of the compared stretch: a narrow QRS complex and the middle of a wide one.
    static let halfWidthMilliseconds = 88.0
    static let shapeCount = 4
    /// Above this correlation a beat belongs to a shape.
    static let membership: Float = 0.8
    /// A shape is the running mean of at most this many beats.
    private static let memoryBeats: Float = 10
    /// Keeps the correlation with silence finite; energies are relative to the usual peaks.
    private static let leastEnergy: Float = 1e-12

    private let halfWidth: Int
    private let width: Int
    private let quads: Int
    /// By shape, quad and tick: the slopes; by shape and quad: the sums of their squares.
    private var slopes: [SIMD4<Float>]
    private var energies: [SIMD4<Float>]
    private var counts: [Int]
    private var lastUsed: [Int]
    /// The candidate's slopes by quad and tick, with a tick more at both ends.
    private var candidate: [SIMD4<Float>]
    private var beats = 0

    init(rate: Double, quads: Int) {
        self.quads = quads
        halfWidth = Int((Self.halfWidthMilliseconds / 1000 * rate).rounded())
        width = 2 * halfWidth + 1
        slopes = Array(repeating: .zero, count: Self.shapeCount * quads * width)
        energies = Array(repeating: .zero, count: Self.shapeCount * quads)
        candidate = Array(repeating: .zero, count: quads * (width + 2))
        counts = Array(repeating: 0, count: Self.shapeCount)
        // Not a copy of `counts`, which would be made at the first write, in the middle of a recording.
        lastUsed = Array(repeating: 0, count: Self.shapeCount)
    }

    func prefetch() { slopes.prefetch() }

    /// Compares the complex at a tick with every shape, one tick early and late too.
    mutating func match(_ signal: DetectionSignal, at tick: Int) -> Match {
        let sizes = take(signal, at: tick)
        var best = Match()
        var correlations = SIMD4<Float>(repeating: -1)
        var sizeRatios = SIMD4<Float>.zero
        for shape in 0..<Self.shapeCount where counts[shape] > 0 {
            let (own, products) = compare(shape, gain: signal.gain)
            sizeRatios[shape] = 0.5 * Logarithm.base2(sizes.y / own)
            for shift in 0...2 {
                let correlation = products[shift] / (own * sizes[shift]).squareRoot()
                correlations[shape] = max(correlations[shape], correlation)
                if best.shape == nil || correlation > best.correlation {
                    best = Match(
                        shape: shape, correlation: correlation, sizeRatio: 0.5 * Logarithm.base2(sizes[shift] / own),
                        count: counts[shape])
                }
            }
        }
        best.correlations = correlations
        best.sizeRatios = sizeRatios
        for shape in 0..<Self.shapeCount { best.counts[shape] = Int32(counts[shape]) }
        return best
    }

    /// Keeps the slopes around a tick; returns their weighted energy one tick early, in time and late.
    private mutating func take(_ signal: DetectionSignal, at tick: Int) -> SIMD4<Float> {
        let ticks = width + 2
        var sizes = SIMD4<Float>.zero
        candidate.withUnsafeMutableBufferPointer { candidate in
            for quad in 0..<quads {
                let gain = signal.gain.quad(quad)
                var before = signal.wide(at: tick - halfWidth - 2, quad: quad)
                for i in 0..<ticks {
                    let next = signal.wide(at: tick &- halfWidth &- 1 &+ i, quad: quad)
                    candidate[quad &* ticks &+ i] = next - before
                    before = next
                }
                var middle = SIMD4<Float>.zero
                for slope in candidate[quad * ticks + 2..<quad * ticks + width] { middle += slope * slope }
                let first = candidate[quad * ticks]
                let second = candidate[quad * ticks + 1]
                let secondLast = candidate[quad * ticks + width]
                let last = candidate[quad * ticks + width + 1]
                let weight = gain * gain
                sizes.x += ((middle + first * first + second * second) * weight).total
                sizes.y += ((middle + second * second + secondLast * secondLast) * weight).total
                sizes.z += ((middle + secondLast * secondLast + last * last) * weight).total
            }
        }
        return sizes + Self.leastEnergy
    }

    /// The weighted energy of a shape, and its products with the candidate one tick early, in time and late.
    private func compare(_ shape: Int, gain: SIMD16<Float>) -> (energy: Float, products: SIMD4<Float>) {
        var energy: Float = 0
        var products = SIMD4<Float>.zero
        slopes.withUnsafeBufferPointer { slopes in
            candidate.withUnsafeBufferPointer { candidate in
                for quad in 0..<quads {
                    let weight = gain.quad(quad) * gain.quad(quad)
                    let start = (shape * quads + quad) * width
                    let candidateStart = quad * (width + 2)
                    var early = SIMD4<Float>.zero
                    var inTime = SIMD4<Float>.zero
                    var late = SIMD4<Float>.zero
                    var first = candidate[candidateStart]
                    var second = candidate[candidateStart + 1]
                    for i in 0..<width {
                        let third = candidate[candidateStart + i + 2]
                        let slope = slopes[start + i]
                        early += first * slope
                        inTime += second * slope
                        late += third * slope
                        first = second
                        second = third
                    }
                    energy += (energies[shape * quads + quad] * weight).total
                    products.x += (early * weight).total
                    products.y += (inTime * weight).total
                    products.z += (late * weight).total
                }
            }
        }
        return (energy + Self.leastEnergy, products)
    }

    /// Adds the complex that was last matched to its shape, or as a new one in the place of the least used.
    mutating func accept(_ match: Match) -> Int {
        beats += 1
        let slot: Int
        let share: Float
        if let shape = match.shape, match.correlation >= Self.membership {
            slot = shape
            share = 1 / min(Float(counts[slot] + 1), Self.memoryBeats)
            counts[slot] += 1
        } else {
            slot = leastUsed()
            share = 1
            counts[slot] = 1
        }
        for quad in 0..<quads {
            var energy = SIMD4<Float>.zero
            for i in 0..<width {
                let index = (slot * quads + quad) * width + i
                let slope = candidate[quad * (width + 2) + i + 1]
                slopes[index] += (slope - slopes[index]) * share
                energy += slopes[index] * slopes[index]
            }
            energies[slot * quads + quad] = energy
        }
        lastUsed[slot] = beats
        return slot
    }

    private func leastUsed() -> Int {
        var slot = 0
        for shape in 1..<Self.shapeCount where value(of: shape) < value(of: slot) { slot = shape }
        return slot
    }
    /// Beats in a shape less the beats since it was last seen: a shape of long ago gives way.
    private func value(of shape: Int) -> Int {
        counts[shape] == 0 ? Int.min : counts[shape] - (beats - lastUsed[shape])
    }
}
