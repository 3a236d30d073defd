public import ECGModel

/// The beats of a recording as the analyser marks them: a machine's marks.
public struct BeatList: Hashable, Sendable, Codable {
    public struct Mark: Hashable, Sendable, Codable {
        public var rPeak: SampleIndex
        public var qrsOnset: SampleIndex?
        public var jPoint: SampleIndex?
        public var beatClass: BeatClass

        public init(_ beat: Beat) {
            rPeak = beat.rPeak
            qrsOnset = beat.qrsOnset
            jPoint = beat.jPoint
            beatClass = beat.beatClass
        }
    }

    public var recording: RecordingID
    /// How far the recording had come when it was analysed.
    public var analysedSamples: Int
    public var beats: [Mark]
    /// ``ECGModel/MachineReading/disclaimer``.
    public var note: String

    public init(recording: RecordingID, analysedSamples: Int, beats: [Mark]) {
        self.recording = recording
        self.analysedSamples = analysedSamples
        self.beats = beats
        note = MachineReading.disclaimer
    }
}
