public import ECGModel

/// The machine reading of a recording, which carries its own disclaimer.
public struct ReadingDocument: Hashable, Sendable, Codable {
    public var recording: RecordingID
    public var reading: MachineReading

    public init(recording: RecordingID, reading: MachineReading) {
        self.recording = recording
        self.reading = reading
    }
}
