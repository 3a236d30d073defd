import ECGModel
import ECGStore
import ECGWire
import NIOCore

/// A recording that is being received: decodes its blocks, analyses them, and remembers what was handed to the store.
final class IngestSession {
    /// What was submitted and has not been answered, in order.
    enum Submitted {
        case block(receivedAt: ContinuousClock.Instant)
        case close(MachineReading)
    }

    /// Tells this session's results from those of an earlier one on the same channel.
    let serial: UInt32
    let recording: RecordingID
    private var interpreter: RecordingInterpreter
    /// Where the samples end that the interpreter has seen.
    private(set) var endSample: SampleIndex
    private var isFinished = false
    /// Alerts of the samples that were stored before the session, which its first change brings to the store. Where the store
    /// refuses that change they go with the session: who has the recording now, has closed it, or opens it next, finds them
    /// in the same samples.
    private var unsubmitted: [AlertProposal]
    let leadCount: Int
    /// What the blocks of this session have taught the codec. A session begins without: so does the device's next block.
    private var memory = CodecMemory()
    private let isLive: Bool
    private let urgentSamples: Int
    private let writer = UInt64.random(in: 1...UInt64.max)
    private var submitted = CircularBuffer<Submitted>()

    /// What decides most alerts: the ECGs of 10 s and of half a minute that clinics record.
    private static let urgentSeconds = 30.0
    /// A recording that began longer ago was kept by the device for want of a link; live ones go before it.
    private static let liveFor = Duration.seconds(600)

    /// - Parameters:
    ///   - interpreter: Has seen all samples that are stored.
    ///   - found: The alerts that it found in them. Those that are in the store already change nothing there.
    init(
        serial: UInt32, recording: StoredRecording, interpreter: RecordingInterpreter, found: [AlertProposal],
        now: Timestamp
    ) {
        isLive = now - recording.takenAt < Self.liveFor
        urgentSamples = Self.urgentSamples(at: recording.header.samplingRate)
        self.serial = serial
        self.recording = recording.id
        self.interpreter = interpreter
        unsubmitted = found
        endSample = recording.sampleCount
        leadCount = recording.header.channels.count
    }

    /// The analyser, unless the recording's end has been read, or what it found has still to be submitted.
    var unfinishedInterpreter: RecordingInterpreter? { isFinished || !unsubmitted.isEmpty ? nil : interpreter }

    /// How many of a recording's samples decide most alerts.
    static func urgentSamples(at rate: Hertz) -> Int { Int(urgentSeconds * rate.value) }

    /// Whether the store has answered everything.
    var isSettled: Bool { submitted.isEmpty }

    /// Whether what comes next may decide what nobody has seen yet.
    var isUrgent: Bool { isLive && endSample < urgentSamples }

    /// Decodes and analyses a block; returns it, as received, with the alerts that it raised.
    func take(_ header: BlockHeader, _ data: ByteBuffer, with decoder: SharedBlockDecoder) throws(WireError)
        -> IngestChange
    {
        interpreter.prefetch()
        let found = try decoder.decode(header, data, leads: leadCount, memory: &memory) { interpreter.process($0) }
        let raised = takeUnsubmitted() + found
        endSample = header.endSample
        submitted.append(.block(receivedAt: .now))
        let block = StoredBlock(
            firstSample: header.firstSample, sampleCount: header.sampleCount, codec: header.codec,
            payload: Array(data.readableBytesView), writer: writer)
        return .block(recording, block, raising: raised)
    }

    /// Ends the recording and reads it as a whole.
    func close(totalSamples: Int) -> IngestChange {
        let end = interpreter.finish()
        isFinished = true
        submitted.append(.close(end.reading))
        return .close(
            recording, sampleCount: totalSamples, reading: end.reading, raising: takeUnsubmitted() + end.raised)
    }

    private func takeUnsubmitted() -> [AlertProposal] {
        defer { unsubmitted = [] }
        return unsubmitted
    }

    /// Takes off the oldest change that awaited its answer.
    func settle() -> Submitted {
        guard let oldest = submitted.popFirst() else {
            preconditionFailure("the committer answers each change once, in order")
        }
        return oldest
    }
}
