/// How the ST level of one lead has moved within a recording, 80 ms after the J point.
public struct STChange: Hashable, Sendable {
    /// What the level is compared with: the mean of the recording's first half minute, which gives way slowly to a level
    /// nearer the PQ level, because a deviation that ends is not a new one. Nil until it is known.
    public var reference: Millivolts?
    /// The level now less the reference; nil until there is one, and while the lead or the complex cannot be compared.
    public var deviation: Millivolts?
    /// The episode that goes on, or the last one; nil if there was none.
    public var episode: STEpisode?
    /// The number of episodes so far, the one that goes on included.
    public var episodeCount = 0

    public init() {}
}

/// A lasting change of a lead's ST level: at least 0.1 mV away from the reference for half a minute, as the European ST-T
/// Database defines its episodes (Taddei et al. 1992).
public struct STEpisode: Hashable, Sendable {
    /// The first sample of the change; 0 where the recording began with a deviation that has ended since.
    public var start: SampleIndex
    /// The first sample that no longer belongs to it; nil while it goes on.
    public var end: SampleIndex?
    /// The largest deviation, negative where ST is depressed, and where it was.
    public var peakDeviation: Millivolts
    public var peakSample: SampleIndex

    public init(start: SampleIndex, end: SampleIndex?, peakDeviation: Millivolts, peakSample: SampleIndex) {
        self.start = start
        self.end = end
        self.peakDeviation = peakDeviation
        self.peakSample = peakSample
    }
}
