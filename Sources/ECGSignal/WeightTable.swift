/// The weights of a fitted network, taken off in the order in which its fit wrote them: rows of a weight for each of sixteen
/// units, and single numbers. A network takes them once, when it is made.
struct WeightTable {
    /// The weights of a row.
    static let width = SIMD16<Float>.scalarCount

    private var rest: ArraySlice<Float>

    init(_ weights: [Float]) { rest = weights[...] }

    /// Weights as the sources keep them, in units of 1/256, to which the fits round.
    static func weights(_ steps: [Int16]) -> [Float] { steps.map { Float($0) / 256 } }

    mutating func row() -> SIMD16<Float> {
        precondition(rest.count >= Self.width, "the weights fit the network")
        defer { rest = rest.dropFirst(Self.width) }
        return SIMD16(rest.prefix(Self.width))
    }

    mutating func rows(_ count: Int) -> [SIMD16<Float>] { (0..<count).map { _ in row() } }

    mutating func number() -> Float {
        precondition(!rest.isEmpty, "the weights fit the network")
        return rest.removeFirst()
    }

    /// Says that nothing may be left.
    func end() { precondition(rest.isEmpty, "the weights fit the network") }
}
