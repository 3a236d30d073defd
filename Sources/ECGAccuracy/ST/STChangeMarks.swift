public import ECGModel

/// The marks by which the European ST-T Database tells ST episodes: `(ST1+` begins one of elevation in lead 1,
/// `AST1+150` is its extremum in microvolts, `ST1+)` its end.
public enum STChangeMarks {
    public struct Mark: Sendable, Hashable {
        public var sample: SampleIndex
        public var text: String

        public init(sample: SampleIndex, text: String) {
            self.sample = sample
            self.text = text
        }
    }

    /// The episodes of a lead. One without a beginning has begun before the recording, one without an end goes on.
    public static func episodes(_ marks: [Mark], lead: Int, sampleCount: Int) -> [Episode] {
        var episodes: [Episode] = []
        var open: Episode?
        for mark in marks.sorted(by: { $0.sample < $1.sample }) {
            let text = mark.text
            if text.hasPrefix("(ST\(lead)") {
                if let open { episodes.append(Episode(open.start, mark.sample, extremum: open.extremum)) }
                open = Episode(mark.sample, sampleCount)
            } else if text.hasPrefix("AST\(lead)") {
                var episode = open ?? Episode(0, sampleCount)
                episode.extremum = mark.sample
                open = episode
            } else if text.hasPrefix("ST\(lead)"), text.hasSuffix(")") {
                let episode = open ?? Episode(0, sampleCount)
                episodes.append(Episode(episode.start, mark.sample, extremum: episode.extremum))
                open = nil
            }
        }
        if let open { episodes.append(Episode(open.start, sampleCount, extremum: open.extremum)) }
        return episodes
    }
}
