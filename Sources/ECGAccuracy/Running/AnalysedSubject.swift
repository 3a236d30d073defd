public import ECGModel
import ECGSignal
public import ECGSimulator
public import ECGTriage

/// Everything that the analyser and triage said of one subject, with what is needed to judge it.
public struct AnalysedSubject: Sendable {
    /// A beat and how much of the signal had been given when the analyser told it.
    public struct ReportedBeat: Sendable, Hashable {
        public var beat: Beat
        /// Samples given so far; nil for a beat that only the end of the recording released.
        public var toldAt: SampleIndex?

        public init(_ beat: Beat, toldAt: SampleIndex?) {
            self.beat = beat
            self.toldAt = toldAt
        }
    }

    public var subject: Subject
    public var header: RecordingHeader
    public var samples: Samples
    /// The comments of a record's header.
    public var comments: [String] = []
    /// Samples of the recording for one tick of the record's annotations.
    public var samplesPerFrame = 1
    /// Of a simulated patient.
    public var truth: SimulationTruth?

    public internal(set) var beats: [ReportedBeat] = []
    public internal(set) var episodes: [RhythmEpisode] = []
    /// The measurements after each second, and last of all those at the end.
    public internal(set) var measurements: [Measurements] = []
    /// Every proposal of triage in its order, worsened ones again.
    public internal(set) var proposals: [AlertProposal] = []
    /// Every alert with its highest priority.
    public internal(set) var alerts: [AlertProposal] = []
    public internal(set) var findings: [Finding] = []

    /// Analyses a recording in blocks of ``blockMilliseconds``.
    public init(_ subject: Subject, recording: Recording, table: TriageTable = .countyDefault) {
        self.subject = subject
        header = recording.header
        samples = recording.samples
        analyse(table)
    }

    /// The block in which samples are given: the shorter, the sharper the delay of beats is seen. A clinic's device sends
    /// blocks of up to a second; the events are the same.
    public static let blockMilliseconds = Milliseconds(20)

    public var samplingRate: Hertz { header.samplingRate }
    public var seconds: Double { Double(samples.count) / samplingRate.value }
    /// The measurements at the end.
    public var last: Measurements { measurements[measurements.count - 1] }
    /// The highest priority of any alert.
    public var highestPriority: AlarmPriority? { alerts.map(\.priority).max() }

    private mutating func analyse(_ table: TriageTable) {
        var analyzer = RecordingAnalyzer(channels: header.channels, samplingRate: samplingRate)
        var triage = Triage(table: table, patient: header.patient)
        let block = max(1, Self.blockMilliseconds.samples(at: samplingRate))
        var given = 0
        while given < samples.count {
            let end = min(given + block, samples.count)
            analyzer.process(samples[given..<end]) { take($0, toldAt: end, &triage) }
            given = end
        }
        analyzer.finish { take($0, toldAt: nil, &triage) }
        alerts = triage.alerts
        findings = triage.findings
    }

    private mutating func take(_ event: AnalysisEvent, toldAt: SampleIndex?, _ triage: inout Triage) {
        switch event {
        case .beat(let beat): beats.append(ReportedBeat(beat, toldAt: toldAt))
        case .rhythm(let episode): episodes.append(episode)
        case .measured(let values):
            measurements.append(values)
            proposals += triage.assess(values)
        }
    }
}
