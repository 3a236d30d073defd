/// The end of a wave by the largest trapezium (Vázquez-Seisdedos et al. 2011, after Zhang et al. 2006): of all points
/// behind the wave's steepest one, that which spans the largest area with it and a reference point behind the wave. It
/// takes no threshold, so that amplitude and noise hardly move it.
enum Trapezium {
    /// - Parameters:
    ///   - steepest: where the wave falls fastest.
    ///   - reference: a point behind the wave; before the steepest one when the wave's start is sought.
    ///   - level: the wave's height at an index, positive.
    /// - Returns: the index, with the fraction by a parabola through the neighbouring areas.
    @inline(__always)
    static func edge(steepest: Int, reference: Int, level: (Int) -> Float) -> Float {
        let direction = reference >= steepest ? 1 : -1
        let span = (reference - steepest) * direction
        guard span > 1 else { return Float(reference) }
        let height = level(steepest)
        func area(_ distance: Int) -> Float {
            (height - level(steepest + distance * direction)) * Float(2 * span - distance)
        }
        var best = 0
        var largest = area(0)
        for distance in 1..<span {
            let next = area(distance)
            if next > largest {
                largest = next
                best = distance
            }
        }
        var fraction: Float = 0
        if best > 0 {
            let before = area(best - 1)
            let after = area(best + 1)
            let bend = before - 2 * largest + after
            if bend < 0 { fraction = min(0.5, max(-0.5, (before - after) / (2 * bend))) }
        }
        return Float(steepest) + (Float(best) + fraction) * Float(direction)
    }
}
