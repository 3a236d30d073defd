/// The shapes of QRS complex that a recording has shown so far, as slopes of all channels around the R peak.
///
/// Slopes, not potentials: baseline wander and ST shifts do not change them.
struct TemplateBank: Sendable {
    struct Match {
        /// The shape's place in the bank, or nil while the bank is empty.
        var shape: Int?
        /// Normalised cross-correlation, from −1 to 1.
        var correlation: Float
        /// log2 of the candidate's size over the shape's.
        var sizeRatio: Float
        /// How many beats the shape has been averaged over.
        var count: Int
        /// The correlation with every shape of the bank.
        var correlations = SIMD4<Float>.zero
    }

    /// Half of the compared stretch: a narrow QRS complex and the middle of a wide one.
    static let halfWidthMilliseconds = 88.0
    static let shapeCount = 4
    /// Above this correlation a beat belongs to a shape.
    static let membership: Float = 0.8
    /// A shape is the running mean of at most this many beats.
    private static let memoryBeats: Float = 10

    let halfWidth: Int
    private let width: Int
    private var slopes: [SIMD16<Float>]
    private(set) var counts: [Int]
    private var lastUsed: [Int]
    private var candidate: [SIMD16<Float>]
    private var beats = 0

    init(rate: Double) {
        halfWidth = Int((Self.halfWidthMilliseconds / 1000 * rate).rounded())
        width = 2 * halfWidth + 1
        slopes = Array(repeating: .zero, count: width * Self.shapeCount)
        candidate = Array(repeating: .zero, count: width + 2)
        counts = Array(repeating: 0, count: Self.shapeCount)
        // Not a copy of `counts`, which would be made at the first write, in the middle of a recording.
        lastUsed = Array(repeating: 0, count: Self.shapeCount)
    }

    /// Compares the complex at a tick with every shape, one tick early and late too.
    mutating func match(_ signal: DetectionSignal, at tick: Int) -> Match {
        var before = signal.wide(at: tick - halfWidth - 2)
        for i in 0..<width + 2 {
            let next = signal.wide(at: tick - halfWidth - 1 + i)
            candidate[i] = next - before
            before = next
        }
        let weight = signal.gain * signal.gain
        var best = Match(shape: nil, correlation: 0, sizeRatio: 0, count: 0)
        var correlations = SIMD4<Float>(repeating: -1)
        for shape in 0..<Self.shapeCount where counts[shape] > 0 {
            var energy = SIMD16<Float>.zero
            for i in 0..<width { energy += slopes[shape * width + i] * slopes[shape * width + i] }
            let own = (energy * weight).total + 1e-12
            for shift in 0...2 {
                var product = SIMD16<Float>.zero
                var other = SIMD16<Float>.zero
                for i in 0..<width {
                    let c = candidate[i + shift]
                    product += c * slopes[shape * width + i]
                    other += c * c
                }
                let size = (other * weight).total + 1e-12
                let correlation = (product * weight).total / (own * size).squareRoot()
                correlations[shape] = max(correlations[shape], correlation)
                if best.shape == nil || correlation > best.correlation {
                    best = Match(
                        shape: shape, correlation: correlation, sizeRatio: 0.5 * Logarithm.base2(size / own),
                        count: counts[shape])
                }
            }
        }
        best.correlations = correlations
        return best
    }

    /// Adds the complex that was last matched to its shape, or as a new one in the place of the least used.
    mutating func accept(_ match: Match) -> Int {
        beats += 1
        let slot: Int
        if let shape = match.shape, match.correlation >= Self.membership {
            slot = shape
            let share = 1 / min(Float(counts[slot] + 1), Self.memoryBeats)
            for i in 0..<width {
                slopes[slot * width + i] += (candidate[i + 1] - slopes[slot * width + i]) * share
            }
            counts[slot] += 1
        } else {
            slot = leastUsed()
            for i in 0..<width { slopes[slot * width + i] = candidate[i + 1] }
            counts[slot] = 1
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
