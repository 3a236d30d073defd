/// The pairs of successive intervals among the last beats, four by four in memory that is lent: in fibrillation each is
/// compared with each at every beat.
struct IntervalPairs {
    /// Intervals that are looked at.
    private static let intervals = 32
    /// The memory that is needed: an interval before and a last one for each pair.
    static let quads = 2 * intervals / 4

    private(set) var count = 0
    private(set) var sumOfLast: Float = 0
    private let before: UnsafeMutableBufferPointer<SIMD4<Float>>
    private let last: UnsafeMutableBufferPointer<SIMD4<Float>>

    /// Takes the last intervals; those beside ventricular beats and of untrusted signal are left out.
    init(of beats: BeatHistory, in memory: UnsafeMutableBufferPointer<SIMD4<Float>>) {
        // Nothing is near to what stands beyond the last pair.
        memory.initialize(repeating: SIMD4(repeating: .infinity))
        let half = Self.quads / 2
        before = UnsafeMutableBufferPointer(rebasing: memory[..<half])
        last = UnsafeMutableBufferPointer(rebasing: memory[half...])
        let numbers = UnsafeMutableRawBufferPointer(memory).bindMemory(to: Float.self)
        var back = 0
        while back + 2 < min(beats.count, Self.intervals + 1) {
            defer { back += 1 }
            guard let pair = beats.pair(back) else { continue }
            numbers[count] = pair.before
            numbers[Self.intervals + count] = pair.last
            sumOfLast += pair.last
            count += 1
        }
    }

    /// How many last intervals differ from the one before by more than a tolerance.
    func changing(by tolerance: Float) -> Int {
        var changing = SIMD4<Int32>.zero
        for (before, last) in zip(before, last) {
            changing &-= SIMD4(repeating: tolerance).isLess(than: (before - last).magnitudes)
        }
        return Int(changing.wrappedSum())
    }

    /// How many times a pair agrees with another, both intervals with theirs; two that agree count twice.
    func agreeing(within tolerance: Float) -> Int {
        let tolerance = SIMD4(repeating: tolerance)
        var agreeing = SIMD4<Int32>.zero
        for pair in 0..<count {
            let ownBefore = SIMD4(repeating: before[pair / 4][pair % 4])
            let ownLast = SIMD4(repeating: last[pair / 4][pair % 4])
            for quad in 0..<(count + 3) / 4 {
                let isNear = (before[quad] - ownBefore).magnitudes.isLess(than: tolerance)
                agreeing &-= isNear & (last[quad] - ownLast).magnitudes.isLess(than: tolerance)
            }
        }
        // Each agrees with itself.
        return Int(agreeing.wrappedSum()) - count
    }
}
