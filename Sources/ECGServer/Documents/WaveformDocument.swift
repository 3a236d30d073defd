public import ECGModel
import ECGStore

/// A stretch of a recording in millivolts.
public struct WaveformDocument: Hashable, Sendable, Codable {
    public struct LeadWaveform: Hashable, Sendable, Codable {
        public var lead: Lead
        public var label: String
        /// One value a sample; null where the lead was not sampled.
        public var millivolts: [Double?]
    }

    public var recording: RecordingID
    /// In hertz.
    public var samplingRate: Hertz
    /// The index of the first value of every lead.
    public var firstSample: SampleIndex
    /// How many samples this answer holds: at most what one answer may, so ask again from `firstSample` + `sampleCount`.
    public var sampleCount: Int
    /// How many samples the recording has by now.
    public var availableSamples: Int
    public var leads: [LeadWaveform]

    init(of recording: StoredRecording, range: Range<SampleIndex>, samples: Samples) {
        precondition(samples.count == range.count, "the samples are the range's")
        self.recording = recording.id
        samplingRate = recording.header.samplingRate
        firstSample = range.lowerBound
        sampleCount = range.count
        availableSamples = recording.sampleCount
        leads = recording.header.channels.enumerated().map { index, channel in
            LeadWaveform(
                lead: channel.lead, label: channel.label,
                millivolts: (0..<samples.count).map { channel.millivolts(of: samples[$0, index])?.value })
        }
    }
}
