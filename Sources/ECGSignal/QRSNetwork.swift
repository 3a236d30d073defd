/// The network that judges a candidate: 140 inputs, two hidden layers, one output, the logarithm of the odds that the
/// candidate is a beat.
///
/// It was fitted to the annotated beats of half of the public databases that ``QRSNetworkWeights`` names; the other
/// half was not seen. A candidate costs about five thousand multiplications, four times a second.
struct QRSNetwork: Sendable {
    private static let firstWidth = 32
    /// Slope of a hidden unit below zero (leaky rectifier).
    private static let leak: Float = 0.01

    private let first: [SIMD16<Float>]
    private let firstBias: (SIMD16<Float>, SIMD16<Float>)
    private let second: [SIMD16<Float>]
    private let secondBias: SIMD16<Float>
    private let output: SIMD16<Float>
    private var outputBias: Float

    /// The one network that every recording is judged with.
    static let fitted = QRSNetwork(weights: QRSNetworkWeights.values)

    /// - Parameter weights: the layers in order, each its scale, weights by input and then by unit, and biases.
    init(weights: [Float]) {
        var table = WeightTable(weights)
        first = table.rows(CandidateView.count * Self.firstWidth / WeightTable.width)
        firstBias = (table.row(), table.row())
        second = table.rows(Self.firstWidth)
        secondBias = table.row()
        output = table.row()
        outputBias = table.number()
        table.end()
    }

    /// The same network with a constant added to its output.
    func biased(by bias: Float) -> QRSNetwork {
        var network = self
        network.outputBias += bias
        return network
    }

    func logOdds(_ inputs: [Float]) -> Float {
        precondition(inputs.count == CandidateView.count, "an input for every weight")
        var a = firstBias.0
        var b = firstBias.1
        first.withUnsafeBufferPointer { first in
            inputs.withUnsafeBufferPointer { inputs in
                for i in 0..<CandidateView.count {
                    let x = inputs[i]
                    a += first[2 * i] * x
                    b += first[2 * i + 1] * x
                }
            }
        }
        a = Self.rectified(a)
        b = Self.rectified(b)
        var c = secondBias
        Self.add(second[..<16], to: &c, weightedBy: a)
        Self.add(second[16...], to: &c, weightedBy: b)
        return (Self.rectified(c) * output).total + outputBias
    }

    /// Reads the units from memory: a lane that is not known beforehand is taken out of a vector by way of it anyway.
    private static func add(
        _ weights: ArraySlice<SIMD16<Float>>, to sum: inout SIMD16<Float>, weightedBy units: SIMD16<Float>
    ) {
        withUnsafeBytes(of: units) { units in
            weights.withUnsafeBufferPointer { weights in
                for i in 0..<16 {
                    sum += weights[i] * units.load(fromByteOffset: i * MemoryLayout<Float>.stride, as: Float.self)
                }
            }
        }
    }

    private static func rectified(_ x: SIMD16<Float>) -> SIMD16<Float> {
        x.replacing(with: x * leak, where: x .< 0)
    }
}
