/// Judges how well the limb leads of a ``LimbView`` go with its chest leads, for each of the six ways in which three cables
/// can be on three limbs: one hidden layer of sixteen units that saturate.
///
/// The same network looks at the leads as each placement would have them in truth, so whatever it has learned of one
/// exchange holds for all. `Tests/Fitting/README.md` tells the recipe and what such networks reach on patients that they
/// were not fitted to. A look costs about 3000 multiplications.
struct LimbNetwork: Sendable {
    private let hidden: [SIMD16<Float>]
    private let bias: SIMD16<Float>
    private let output: SIMD16<Float>

    /// The one network that every recording is judged with.
    static let fitted = LimbNetwork(weights: LimbNetworkWeights.values)

    /// - Parameter weights: by input and then by unit, the units' biases, the output by unit.
    init(weights: [Float]) {
        var table = WeightTable(weights)
        hidden = table.rows(LimbView.count)
        bias = table.row()
        output = table.row()
        table.end()
    }

    /// What the units see of the recorded leads before they are placed.
    struct Sight: Sendable {
        /// The chest leads.
        fileprivate var chest: SIMD16<Float>
        /// Recorded I and II as lead I, and as lead II.
        fileprivate var iAsI = SIMD16<Float>.zero
        fileprivate var iiAsI = SIMD16<Float>.zero
        fileprivate var iAsII = SIMD16<Float>.zero
        fileprivate var iiAsII = SIMD16<Float>.zero
    }

    func look(at inputs: [Float]) -> Sight {
        precondition(inputs.count == LimbView.count, "an input for every weight")
        let bins = LimbView.binCount
        var sight = Sight(chest: bias)
        for bin in 0..<bins {
            let (i, ii) = (inputs[bin], inputs[bins + bin])
            sight.iAsI += hidden[bin] * i
            sight.iiAsI += hidden[bin] * ii
            sight.iAsII += hidden[bins + bin] * i
            sight.iiAsII += hidden[bins + bin] * ii
        }
        for input in 2 * bins..<LimbView.count { sight.chest += hidden[input] * inputs[input] }
        return sight
    }

    /// The logarithm of the likelihood of a placement, up to a term that all placements share.
    func logLikelihood(of placement: LimbPlacement, in sight: Sight) -> Float {
        let (i, ii) = placement.truth
        let sum =
            sight.chest + sight.iAsI * i.x + sight.iiAsI * i.y + sight.iAsII * ii.x + sight.iiAsII * ii.y
        return (Self.saturate(sum) * output).total
    }

    /// Follows the hyperbolic tangent within 0.025 and is 1 from 3 on.
    private static func saturate(_ sum: SIMD16<Float>) -> SIMD16<Float> {
        let held = sum.lesser(SIMD16(repeating: 3)).greater(SIMD16(repeating: -3))
        let square = held * held
        return held * (27 + square) / (27 + 9 * square)
    }
}

/// Which of the three limb cables is where.
enum LimbPlacement: CaseIterable {
    case correct, armsExchanged, leftArmAndLegExchanged, rightArmAndLeftLegExchanged
    /// Every cable one limb further: right arm's on the left leg or on the left arm. Each is an exchange of two after that
    /// of left arm and left leg.
    case turnedForward, turnedBackward

    /// What leads I and II are in truth, each as parts of recorded I (x) and II (y).
    var truth: (i: SIMD2<Float>, ii: SIMD2<Float>) {
        switch self {
        case .correct: ([1, 0], [0, 1])
        case .armsExchanged: ([-1, 0], [-1, 1])
        case .leftArmAndLegExchanged: ([0, 1], [1, 0])
        case .rightArmAndLeftLegExchanged: ([1, -1], [0, -1])
        case .turnedForward: ([-1, 1], [-1, 0])
        case .turnedBackward: ([0, -1], [1, -1])
        }
    }
}
