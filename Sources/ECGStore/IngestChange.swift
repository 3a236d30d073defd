public import ECGModel

/// One change that ingest asks the store to make durable.
public enum IngestChange: Sendable {
    /// A block, with whatever alerts it raised or worsened.
    case block(RecordingID, StoredBlock, raising: [AlertProposal])
    /// The end of a recording of `sampleCount` samples, with its machine reading and whatever alerts that raised. It is
    /// abandoned where its device has been away for long, and may come back with more of it: see
    /// ``Store/openRecording(_:device:clockOffset:at:)``.
    case close(
        RecordingID, sampleCount: Int, isAbandoned: Bool = false, reading: MachineReading, raising: [AlertProposal])
    /// A machine reading of all `sampleCount` samples of a recording that stays as it is: for one silent for too long, or
    /// analysed again. Refused where the recording has gone on meanwhile.
    case reading(RecordingID, MachineReading, sampleCount: Int, raising: [AlertProposal])
}

/// What became of an ``IngestChange``.
public enum IngestResult: Hashable, Sendable {
    /// Durable up to this sample (exclusive). Also the answer to a block that had been stored before.
    case stored(upTo: SampleIndex)
    /// The block does not begin where the stored samples end, nor lies within them, or the recording is to be closed after more;
    /// nothing was stored.
    case gap(expected: SampleIndex)
    /// The block goes on with a run that another writer has broken; nothing was stored. A block that begins a run fits
    /// at this sample.
    case brokenRun(expected: SampleIndex)
    /// The recording is closed, or it closes at another sample than the stored ones end; nothing was stored.
    case refused(String)
    /// The file that would hold it cannot be used, while others of the batch could; nothing was stored, and it may be
    /// sent again. The text says what to do.
    case unavailable(String)
}
