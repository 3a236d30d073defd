import ECGModel

/// The weights by which the baseline somewhere follows from its level at a few knots, the same in every lead: simple kriging
/// (Rasmussen and Williams, Gaussian Processes for Machine Learning, 2006, equation 2.23).
///
/// Used by ``BaselineWander`` for each beat: add the knots, ask, solve, read the weights.
struct BaselinePredictor {
    /// The baseline's covariance is `wander² / (1 + (t / correlationSeconds)²)`, a rational quadratic, which takes no more than
    /// a division. Electrodes drift by millivolts.
    static let wanderMillivolts = 3.0
    static let correlationSeconds = 1.5
    /// How far the level at rest may be off that of the PQ segment, by atrial repolarisation, U waves and what is left of the
    /// T wave: alike in all beats. Generous, so that such an offset does not move the ST level: on ludb 0.05 to 0.3 mV serve
    /// alike against wander, but with 0.1 mV one normal record of 200 more was called medium.
    static let restOffsetMillivolts = 0.3
    /// As many knots and questions as a row has lanes.
    static let knots = 8
    static let questions = 6

    /// The equations, one a knot: in the first eight lanes the covariances with all knots, in the others those with the
    /// places that are asked for, which solving turns into their weights.
    private let rows: UnsafeMutableBufferPointer<SIMD16<Double>>
    private var seconds = SIMD8<Double>.zero
    private var restKnots = SIMD8<Double>.zero
    private var knotCount = 0
    private var questionCount = 0

    /// Lends a predictor without knots, whose kilobyte no recording has to keep.
    static func withMemory<Result>(_ body: (inout BaselinePredictor) -> Result) -> Result {
        withUnsafeTemporaryAllocation(of: SIMD16<Double>.self, capacity: knots) { rows in
            rows.initialize(repeating: .zero)
            var predictor = BaselinePredictor(rows: rows)
            return body(&predictor)
        }
    }

    private init(rows: UnsafeMutableBufferPointer<SIMD16<Double>>) { self.rows = rows }

    /// - Parameters:
    ///   - noise: by what the level at the knot strays, in millivolts.
    ///   - isRest: whether it was taken at rest, not in the PQ segment.
    mutating func add(_ time: Double, noise: Double, isRest: Bool = false) {
        precondition(knotCount < Self.knots && questionCount == 0, "no more knots than lanes, all before the questions")
        seconds[knotCount] = time
        restKnots[knotCount] = isRest ? 1 : 0
        knotCount += 1
        var row = covariances(with: time)
        if isRest { row += restKnots * (Self.restOffsetMillivolts * Self.restOffsetMillivolts) }
        row[knotCount - 1] += noise * noise
        rows[knotCount - 1].lowHalf = row
        // The knots before have their covariance with this one.
        for before in 0..<knotCount - 1 { rows[before][knotCount - 1] = row[before] }
    }

    /// Asks for the baseline at a place; the questions are numbered as they come.
    mutating func ask(_ time: Double) {
        precondition(questionCount < Self.questions, "no more questions than lanes")
        let covariances = covariances(with: time)
        for knot in 0..<knotCount { rows[knot][Self.knots + questionCount] = covariances[knot] }
        questionCount += 1
    }

    /// Gauss and Jordan's elimination; the matrix is positive definite and needs no pivots to be chosen.
    mutating func solve() {
        for pivot in 0..<knotCount {
            let solved = rows[pivot] / rows[pivot][pivot]
            rows[pivot] = solved
            for row in 0..<knotCount where row != pivot { rows[row] -= rows[row][pivot] * solved }
        }
    }

    /// How much a knot's level counts in the answer to a question.
    func weight(of knot: Int, question: Int) -> Double { rows[knot][Self.knots + question] }

    private func covariances(with time: Double) -> SIMD8<Double> {
        let distance = (seconds - time) / Self.correlationSeconds
        return Self.wanderMillivolts * Self.wanderMillivolts / (1 + distance * distance)
    }
}
