import ECGModel

/// The last beats, as far as their rhythm needs them.
struct BeatHistory: Sendable {
    struct Entry: Sendable {
        var peak: SampleIndex = 0
        var isWide = false
        var isVentricular = false
        /// Whether the interval that ends with the beat lies in trusted signal.
        var isTrusted = false
        /// Whether nobody knows how long after the heart's last beat it came.
        var isBehindGap = false
    }

    static let memory = 64
    /// Differences of successive intervals that irregularity is the median of, and fewest of them.
    private static let differences = 16
    private static let fewestDifferences = 8

    private var entries = [Entry](repeating: Entry(), count: memory)
    /// All beats since the recording's start.
    private(set) var count = 0

    var remembered: Int { min(count, Self.memory) }
    /// Of the beats remembered; 0 before the first.
    var oldestPeak: SampleIndex { count > 0 ? peak(remembered - 1) : 0 }

    mutating func add(_ entry: Entry) {
        entries[count % Self.memory] = entry
        count += 1
    }

    /// - Parameter back: 0 for the last beat, less than ``remembered``.
    subscript(back: Int) -> Entry { entries[(count - 1 - back) % Self.memory] }
    func peak(_ back: Int) -> SampleIndex { self[back].peak }

    /// The interval that ends with a beat and the one before it, in samples; nil beside ventricular beats and in signal
    /// that is not trusted.
    ///
    /// - Parameter back: less than ``remembered`` − 2.
    func pair(_ back: Int) -> (last: Float, before: Float)? {
        let (a, b, c) = (self[back], self[back + 1], self[back + 2])
        guard !a.isVentricular, !b.isVentricular, !c.isVentricular, a.isTrusted, b.isTrusted else { return nil }
        return (Float(a.peak - b.peak), Float(b.peak - c.peak))
    }

    /// Median difference of successive intervals over the last sixteen, relative to the mean interval, without the
    /// intervals around ventricular beats; nil with fewer than eight.
    func irregularity() -> Double? {
        withUnsafeTemporaryAllocation(of: Float.self, capacity: Self.differences) { irregularity(sorting: $0) }
    }

    private func irregularity(sorting sorted: UnsafeMutableBufferPointer<Float>) -> Double? {
        var found = 0
        var sum: Float = 0
        var back = 0
        while back + 2 < remembered, found < Self.differences {
            defer { back += 1 }
            guard let pair = pair(back) else { continue }
            var position = found
            let difference = abs(pair.last - pair.before)
            while position > 0, sorted[position - 1] > difference {
                sorted[position] = sorted[position - 1]
                position -= 1
            }
            sorted[position] = difference
            found += 1
            sum += pair.last
        }
        guard found >= Self.fewestDifferences else { return nil }
        return Double(sorted[found / 2] / (sum / Float(found)))
    }
}
