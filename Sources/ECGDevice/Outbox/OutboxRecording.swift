public import ECGModel

/// A recording that waits in an outbox until the server has stored all of it.
public struct OutboxRecording: Hashable, Sendable {
    public var header: RecordingHeader
    /// Samples that are on the disk.
    public var recordedSamples: Int
    /// Whether it is complete. One that is neither complete nor being recorded was cut off, by a loss of power for
    /// example: it may be gone on with or finished where it ends.
    public var isFinished: Bool
    /// Whether somebody is recording it now.
    public var isBeingRecorded: Bool
    /// Whether the patient is there while it is recorded and sent.
    public var isLive: Bool
    /// Samples among them that cannot be read, because the file was damaged: the server gets them as missing.
    public var damagedSamples: Int
    /// Its place in the order in which recordings came into the outbox.
    var number: Int

    public var id: RecordingID { header.id }
}
