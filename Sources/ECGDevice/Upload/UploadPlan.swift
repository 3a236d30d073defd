public import ECGModel
public import ECGWire

/// What a device does next: which recording it opens, sends a block of, or closes. A value without I/O that outlives
/// its connections; a new connection goes on where the server says that the store ends.
///
/// Tell it what is in the outbox (``update(_:)``) and what happens (``handle(_:at:)``), and ask it for steps until there
/// is none (``nextStep(at:canOpen:hasRoomForBacklog:)``).
///
/// **The order.** Live recordings go first, in turns, since their patients are there and wait. Then those of patients
/// who came with a complaint, then the others; among equals the oldest, since its patient has waited longest.
public struct UploadPlan: Sendable {
    public enum Step: Hashable, Sendable {
        /// Open the recording: to send it, or, when all of it is stored, to hear what becomes of it.
        case open(RecordingHeader)
        /// Send its next block, then call ``UploadPlan/sent(_:upTo:)``.
        case send(RecordingID, channel: UInt32)
        /// Say that it is complete, then call ``UploadPlan/closing(_:)``.
        case close(RecordingID, channel: UInt32)
    }

    /// Why a recording is not sent any more.
    public enum Failure: Hashable, Sendable {
        case refused(WireError)
        /// Another connection of this device has opened it, ever again: another device has its name and its recording. It is
        /// left to that one, since the two would take it away from each other for ever.
        case takenOver
        /// The server has it as complete, with another number of samples.
        case otherLength
        /// It cannot be read from the outbox.
        case unreadable
    }

    fileprivate enum State: Hashable {
        case waiting
        case opening
        case sending(channel: UInt32)
        case closing
        case putOff(until: Duration)
        case failed(Failure)
    }

    fileprivate struct Item {
        var recording: OutboxRecording
        var state = State.waiting
        /// Samples that have been sent on this connection or were stored before.
        var sentSamples = 0
        var storedSamples = 0
        /// How often it was refused for now, since more of it was stored.
        var refusals = 0
        /// How often another connection has taken it over, whatever was stored in between.
        var takeOvers = 0
        var servedAt = 0
    }

    /// So many of those that are not live are open at once: the next is opened and the last is closed while one is being
    /// sent, so that their round trips cost nothing.
    static let openBacklog = 4
    /// So often a recording that another connection has taken over is opened again. A connection that this device gave up can
    /// take it once, or once more where the server is an older one; two devices with one name would go on for ever.
    static let returnsAfterTakeOver = 3
    /// What is waited beyond the time after which the server ends a silent connection, which it looks for every second.
    static let takeOverMargin = Duration.seconds(5)

    private var items: [RecordingID: Item] = [:]
    /// Those that are not live, the one that matters most first.
    private var backlog: [RecordingID] = []
    /// Stored completely, though perhaps not deleted yet.
    private var completed: Set<RecordingID> = []
    private var newFailures: [(RecordingID, Failure)] = []
    private var news = NewsWatch()
    private var turn = 0
    /// After so long a silence the server ends a connection.
    private var idleTime = Duration.seconds(WireLimits.default.idleSeconds)
    /// The server has said that this device opens too much: until then nothing is opened on this connection but what is live.
    private var heldBackUntil = Duration.zero

    public init() {}

    // MARK: How far it has come

    /// Samples of which the server has said that they are stored, of recordings that are not finished yet.
    public func storedSamples(of recording: RecordingID) -> Int? { items[recording]?.storedSamples }

    /// Whether there is anything that the server does not have and may still take.
    public var hasWork: Bool {
        items.values.contains { item in
            if case .failed = item.state { return false }
            return item.recording.isFinished || item.storedSamples < item.recording.recordedSamples
        }
    }

    /// Whether the server owes an answer to an opening or a closing.
    public var awaitsAnswer: Bool { items.values.contains { $0.state == .opening || $0.state == .closing } }

    /// The recordings that have failed since this was called last.
    public mutating func takeFailures() -> [(RecordingID, Failure)] {
        defer { newFailures = [] }
        return newFailures
    }

    // MARK: What happens

    /// Takes over what is in the outbox now.
    public mutating func update(_ recordings: [OutboxRecording]) {
        let present = Set(recordings.map(\.id))
        items = items.filter { present.contains($0.key) }
        completed.formIntersection(present)
        for recording in recordings where !completed.contains(recording.id) {
            items[recording.id, default: Item(recording: recording)].recording = recording
        }
        for recording in recordings where recording.isFinished { failIfBeyondEnd(recording.id) }
        backlog = items.values.filter { !$0.recording.isLive }.sorted { $0.rank < $1.rank }.map(\.recording.id)
    }

    /// The connection is gone: whatever was under way is asked for again on the next one.
    public mutating func disconnected() {
        for id in items.keys {
            switch items[id]?.state {
            case .opening, .sending, .closing: items[id]?.state = .waiting
            case .waiting, .putOff, .failed, nil: break
            }
        }
        news.disconnected()
        heldBackUntil = .zero
    }

    /// - Returns: the recording that is stored completely and may be deleted, if there is one.
    public mutating func handle(_ event: DeviceEvent, at time: Duration) -> RecordingID? {
        news.handle(event, at: time)
        switch event {
        case .opened(let channel, let id, let stored, let isClosed):
            return opened(id, on: channel, storedSamples: stored, isClosed: isClosed)
        case .stored(_, let id, let upTo):
            items[id]?.storedSamples = upTo
            items[id]?.refusals = 0
        case .closed(_, let id, _):
            return complete(id)
        case .refused(_, let id?, let error):
            refused(id, error, at: time)
        case .ready(let terms):
            idleTime = .milliseconds(terms.idleMilliseconds)
        case .reading, .alert, .notice, .pong, .refused: break
        }
        return nil
    }

    private mutating func opened(
        _ id: RecordingID, on channel: UInt32, storedSamples: Int, isClosed: Bool
    ) -> RecordingID? {
        guard let item = items[id] else { return nil }
        items[id]?.storedSamples = storedSamples
        items[id]?.sentSamples = storedSamples
        items[id]?.state = .sending(channel: channel)
        let recorded = item.recording.recordedSamples
        if isClosed {
            // One that was cut off and never finished the server closes after a while: all there is of it is stored.
            if !item.recording.isBeingRecorded, storedSamples == recorded { return complete(id) }
            failed(id, .otherLength)
        } else {
            failIfBeyondEnd(id)
        }
        return nil
    }

    /// While a recording goes on the server may be ahead, where a device without an outbox records the same again.
    private mutating func failIfBeyondEnd(_ id: RecordingID) {
        guard let item = items[id], case .sending = item.state, item.recording.isFinished,
            item.sentSamples > item.recording.recordedSamples
        else { return }
        failed(id, .otherLength)
    }

    private mutating func complete(_ id: RecordingID) -> RecordingID? {
        guard let item = items.removeValue(forKey: id) else { return nil }
        completed.insert(id)
        news.watch(item.recording.header)
        return id
    }

    private mutating func refused(_ id: RecordingID, _ error: WireError, at time: Duration) {
        if error.code == .overloaded, let asked = error.retryAfterSeconds {
            heldBackUntil = max(heldBackUntil, time + .seconds(asked))
        }
        guard let item = items[id] else { return }
        switch error.code {
        case .channelInUse where item.takeOvers < Self.returnsAfterTakeOver:
            items[id]?.takeOvers += 1
            items[id]?.state = .putOff(until: time + idleTime + Self.takeOverMargin)
        case .channelInUse:
            failed(id, .takenOver)
        case let code where code.mayPass:
            let pause = RetryPause.duration(after: error, failures: item.refusals)
            items[id]?.refusals += 1
            items[id]?.state = .putOff(until: time + pause)
        default:
            failed(id, .refused(error))
        }
    }

    public mutating func sent(_ id: RecordingID, upTo sample: SampleIndex) {
        items[id]?.sentSamples = sample
        turn += 1
        items[id]?.servedAt = turn
    }

    public mutating func closing(_ id: RecordingID) { items[id]?.state = .closing }

    /// The recording stays in the outbox and is not tried again by this process.
    public mutating func failed(_ id: RecordingID, _ failure: Failure) {
        guard items[id] != nil else { return }
        items[id]?.state = .failed(failure)
        newFailures.append((id, failure))
    }

    // MARK: What to do

    /// What can be done now, or nil.
    ///
    /// - Parameters:
    ///   - time: The same clock as that of ``handle(_:at:)``.
    ///   - canOpen: Whether the server takes another recording.
    ///   - hasRoomForBacklog: Whether something that is not live may be put on its way: see ``SendWindow``.
    public mutating func nextStep(at time: Duration, canOpen: Bool, hasRoomForBacklog: Bool) -> Step? {
        let live = items.values.filter(\.recording.isLive).sorted { $0.servedAt < $1.servedAt }.map(\.recording.id)
        if let step = step(for: live, at: time, canOpen: canOpen, mayOpen: .max, maySend: true) { return step }
        let canOpenMore = canOpen && heldBackUntil <= time
        if canOpenMore, let header = news.next(at: time) { return .open(header) }
        return step(
            for: backlog, at: time, canOpen: canOpenMore, mayOpen: Self.openBacklog, maySend: hasRoomForBacklog)
    }

    private mutating func step(
        for ordered: [RecordingID], at time: Duration, canOpen: Bool, mayOpen: Int, maySend: Bool
    ) -> Step? {
        var open = 0
        for id in ordered where open < mayOpen {
            guard let item = items[id] else { continue }
            switch item.state {
            case .sending(let channel) where item.sentSamples < item.recording.recordedSamples:
                if maySend { return .send(id, channel: channel) }
                open += 1
            case .sending(let channel) where item.recording.isFinished:
                return .close(id, channel: channel)
            case .sending, .opening: open += 1
            case .waiting:
                if let step = opening(item, canOpen) { return step }
            case .putOff(let until) where until <= time:
                if let step = opening(item, canOpen) { return step }
            case .closing, .putOff, .failed: break
            }
        }
        return nil
    }

    private mutating func opening(_ item: Item, _ canOpen: Bool) -> Step? {
        guard canOpen else { return nil }
        items[item.recording.id]?.state = .opening
        return .open(item.recording.header)
    }
}

extension UploadPlan.Item {
    /// Sorted by it, the recording that matters most comes first.
    fileprivate var rank: (Int, Timestamp, Int) {
        let patient = recording.header.patient
        let hasSymptoms =
            patient.chiefComplaint?.isEmpty == false || patient.symptomOnset != nil
            || patient.firstMedicalContact != nil
        let time = recording.header.deviceTime ?? Timestamp(microsecondsSince1970: .max)
        return (hasSymptoms ? 0 : 1, time, recording.number)
    }
}
