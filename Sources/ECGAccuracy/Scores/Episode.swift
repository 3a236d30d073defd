public import ECGModel

/// A stretch of a recording in which something was the case; `end` is the first sample that no longer belongs to it.
public struct Episode: Sendable, Hashable {
    public var start: SampleIndex
    public var end: SampleIndex
    /// Where it was most so, if that is known.
    public var extremum: SampleIndex?

    public init(_ start: SampleIndex, _ end: SampleIndex, extremum: SampleIndex? = nil) {
        self.start = start
        self.end = max(start, end)
        self.extremum = extremum
    }

    public var length: Int { end - start }

    /// How many samples both have.
    public func overlap(with other: Episode) -> Int { max(0, min(end, other.end) - max(start, other.start)) }
    public func overlaps(_ other: Episode) -> Bool { overlap(with: other) > 0 }

    /// Whether the other annotator's episodes tell of this one: they cover at least half of it or its extremum. So EC57
    /// compares episodes of ST change (its comparator `epicmp`), after F. Jager and others, Comput. Cardiol. 1991.
    public func isMatched(by others: [Episode]) -> Bool {
        let covered = others.reduce(0) { $0 + overlap(with: $1) }
        if length > 0, 2 * covered >= length { return true }
        guard let extremum else { return false }
        return others.contains { $0.start <= extremum && extremum <= $0.end }
    }

    /// Episodes in order, those closer together than `gap` samples made one.
    public static func joined(_ episodes: [Episode], closerThan gap: Int = 1) -> [Episode] {
        var joined: [Episode] = []
        for episode in episodes.sorted(by: { $0.start < $1.start }) {
            if let last = joined.last, episode.start - last.end < gap {
                joined[joined.count - 1].end = max(last.end, episode.end)
            } else {
                joined.append(episode)
            }
        }
        return joined
    }
}
