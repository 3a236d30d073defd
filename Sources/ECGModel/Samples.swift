/// Samples of all leads over a span of time, as the analogue-digital converter counted them.
///
/// Shape: `counts` is interleaved, sample after sample, one count a channel: the count of channel c at sample n of this
/// span is `counts[n * channelCount + c]`.
public struct Samples: Hashable, Sendable {
    /// Stands where a lead was not sampled (electrode off, gap in a file).
    public static let missing = Int32.min

    public let channelCount: Int
    public var counts: [Int32]

    /// - Precondition: `counts` holds whole samples.
    public init(channelCount: Int, counts: [Int32] = []) {
        precondition(channelCount > 0 && counts.count.isMultiple(of: channelCount), "samples must be whole")
        self.channelCount = channelCount
        self.counts = counts
    }

    /// The number of sampling instants.
    public var count: Int { counts.count / channelCount }
    public var isEmpty: Bool { counts.isEmpty }

    public subscript(sample: Int, channel: Int) -> Int32 {
        get { counts[sample * channelCount + channel] }
        set { counts[sample * channelCount + channel] = newValue }
    }

    /// The samples of a range of instants.
    public subscript(range: Range<Int>) -> Samples {
        Samples(
            channelCount: channelCount,
            counts: Array(counts[range.lowerBound * channelCount..<range.upperBound * channelCount]))
    }

    public mutating func append(_ other: Samples) {
        precondition(other.channelCount == channelCount, "samples of one recording have the same channels")
        counts.append(contentsOf: other.counts)
    }
}
