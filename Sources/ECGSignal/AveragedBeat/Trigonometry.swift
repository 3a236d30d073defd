/// Cosine and sine by their power series: the C library's may differ in the last bit from one machine to the next, and
/// the same samples must give the same answer everywhere.
enum Trigonometry {
    /// Terms after which the series has converged to a Double for angles up to 2π.
    private static let terms = 20

    static func cosineAndSine(_ angle: Double) -> (cosine: Double, sine: Double) {
        precondition(angle.magnitude <= 2 * .pi, "reduce the angle first")
        var cosine = 0.0
        var sine = 0.0
        var term = 1.0
        for order in 0..<2 * terms {
            let sign: Double = order & 2 == 0 ? 1 : -1
            if order & 1 == 0 { cosine += sign * term } else { sine += sign * term }
            term *= angle / Double(order + 1)
        }
        return (cosine, sine)
    }
}

enum Root {
    /// The cube root of a positive number by Newton's iteration from above, for the same reason.
    static func cube(_ value: Double) -> Double {
        precondition(value > 0, "a cube root of a positive number")
        var root = max(1, value)
        while true {
            let next = (2 * root + value / (root * root)) / 3
            guard next < root else { return root }
            root = next
        }
    }
}
