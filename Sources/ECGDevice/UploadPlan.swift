public import ECGModel
import ECGWire
import NIOCore

/// What a device still has to do: which recordings are waiting, under way, stored and answered. A value without I/O that
/// outlives its connections; a new connection goes on where the server says that the store ends.
public struct UploadPlan: Sendable {
    /// How fast samples become available.
    public enum Speed: Hashable, Sendable {
        /// This many times as fast as they were recorded.
        case times(Double)
        case unlimited
    }

    /// When a recording is finished business.
    public enum Goal: Hashable, Sendable {
        /// Everything is stored.
        case stored
        /// Every alert that it raised has been reported or dismissed.
        case answered
    }

    private enum State: Hashable {
        case waiting
        case opening
        case sending(channel: UInt32)
        case closing
        case stored
        /// Refused for now: to be opened again on the next connection.
        case putOff
        case failed
    }

    private struct Item {
        var name: String
        var recording: Recording
        var state = State.waiting
        /// When its first sample was taken, in the time of the caller's clock.
        var startedAt: Duration?
        var storedSamples = 0
        /// What the blocks sent on this connection have taught the codec.
        var memory = CodecMemory()
        /// Whether the server has had all of it on some connection: then opening it again only asks for news.
        var isStored = false
        var hasReading = false
        var expectsAlerts = false
        var alerts: [AlertID: AlertState] = [:]

        var isAnswered: Bool {
            isStored && hasReading
                && (!expectsAlerts || (!alerts.isEmpty && alerts.values.allSatisfy { !$0.isOpen }))
        }
    }

    private var items: [Item]
    private let speed: Speed
    private let goal: Goal

    /// Devices send a block a second: long enough to compress, short enough to be alerted in time.
    static let blockSeconds = 1.0

    /// - Parameter recordings: Named, so that a person can be told which is meant.
    /// - Precondition: the headers have been validated and their identifiers differ.
    public init(_ recordings: [(name: String, recording: Recording)], speed: Speed, goal: Goal) {
        items = recordings.map { Item(name: $0.name, recording: $0.recording) }
        self.speed = speed
        self.goal = goal
    }

    // MARK: How far it has come

    public var isFinished: Bool { items.allSatisfy(isFinished) }
    /// The names of recordings that the server refused.
    public var failed: [String] { items.filter { $0.state == .failed }.map(\.name) }
    public var storedSamples: Int { items.reduce(0) { $0 + $1.storedSamples } }
    public var totalSamples: Int { items.reduce(0) { $0 + $1.recording.samples.count } }

    public func name(of recording: RecordingID) -> String? { index(of: recording).map { items[$0].name } }
    public func sampleCount(of recording: RecordingID) -> Int? {
        index(of: recording).map { items[$0].recording.samples.count }
    }

    /// Whether nothing more can be done on this connection, though not everything is done.
    var needsNewConnection: Bool {
        !isFinished && items.contains { $0.state == .putOff }
            && items.allSatisfy { isFinished($0) || $0.state == .putOff || $0.state == .stored }
    }

    /// Whether everything is stored and only the hospital's answer is waited for.
    var isWaitingForAnswers: Bool { !isFinished && items.allSatisfy { $0.isStored || $0.state == .failed } }

    private func isFinished(_ item: Item) -> Bool {
        item.state == .failed || (goal == .stored ? item.isStored : item.isAnswered)
    }

    private func index(of recording: RecordingID) -> Int? {
        items.firstIndex { $0.recording.header.id == recording }
    }

    // MARK: What happens

    /// The connection is gone: whatever was under way is asked for again on the next one.
    mutating func disconnected() {
        for index in items.indices where items[index].state != .failed { items[index].state = .waiting }
    }

    mutating func handle(_ event: DeviceEvent) {
        switch event {
        case .ready, .notice, .pong: break
        case .opened(let channel, let recording, let stored, let isClosed):
            update(recording) {
                $0.storedSamples = stored
                $0.memory.beginAnew()
                $0.isStored = isClosed && stored == $0.recording.samples.count
                // A recording that was closed with another length is another recording.
                $0.state = isClosed ? ($0.isStored ? .stored : .failed) : .sending(channel: channel)
            }
        case .stored(_, let recording, let upTo):
            update(recording) { $0.storedSamples = upTo }
        case .closed(_, let recording, let total):
            update(recording) {
                $0.storedSamples = total
                $0.isStored = true
                $0.state = .stored
            }
        case .reading(let reading):
            update(reading.recording) {
                $0.hasReading = true
                $0.expectsAlerts = reading.priority != nil
            }
        case .alert(let status):
            update(status.recording) { $0.alerts[status.alert] = status.state }
        case .refused(_, let recording, let error):
            if let recording {
                update(recording) { $0.state = error.code.mayPass ? .putOff : .failed }
            }
        }
    }

    private mutating func update(_ recording: RecordingID, _ change: (inout Item) -> Void) {
        guard let index = index(of: recording) else { return }
        change(&items[index])
    }

    // MARK: What to send

    /// The frames that can be sent now. One recording is uploaded at a time, in order; those that are stored and wait
    /// for their answer do not hold up the next.
    mutating func frames(
        on connection: inout DeviceConnection, at time: Duration
    ) throws(WireError) -> [Frame] {
        guard connection.isReady else { return [] }
        var frames: [Frame] = []
        for index in items.indices where !isFinished(items[index]) {
            switch items[index].state {
            case .waiting:
                guard connection.canOpen else { return frames }
                items[index].startedAt = items[index].startedAt ?? time
                items[index].state = .opening
                frames.append(try connection.open(items[index].recording.header).frame)
                if !items[index].isStored { return frames }
            case .sending(let channel):
                frames += try blocks(of: &items[index], on: channel, &connection, at: time)
                return frames
            case .opening, .closing:
                if !items[index].isStored { return frames }
            case .stored, .putOff, .failed: break
            }
        }
        return frames
    }

    private func blocks(
        of item: inout Item, on channel: UInt32, _ connection: inout DeviceConnection, at time: Duration
    ) throws(WireError) -> [Frame] {
        let samples = item.recording.samples
        let header = item.recording.header
        let blockSamples = Int((Self.blockSeconds * header.samplingRate.value).rounded())
        let available = availableSamples(of: item, at: time)
        let encoder = BlockEncoder(channels: header.channels)
        var frames: [Frame] = []
        while let next = connection.nextSample(on: channel), next < samples.count {
            let end = min(next + blockSamples, samples.count)
            guard end <= available else { return frames }
            // A payload that does not fit into the window yet is made again: the run goes on with what was sent.
            var memory = item.memory
            let payload =
                connection.terms?.codec == .v2
                ? encoder.encode(samples[next..<end], firstSample: next, memory: &memory)
                : encoder.encode(samples[next..<end], firstSample: next)
            guard connection.canSend(payload, on: channel) else { return frames }
            item.memory = memory
            frames.append(try connection.block(payload, on: channel))
        }
        guard connection.nextSample(on: channel) == samples.count else {
            // The server has more of it than there is: another recording was sent under this name.
            item.state = .failed
            return frames
        }
        frames.append(connection.close(channel))
        item.state = .closing
        return frames
    }

    private func availableSamples(of item: Item, at time: Duration) -> Int {
        guard case .times(let factor) = speed, let startedAt = item.startedAt else { return .max }
        let seconds = (time - startedAt) / .seconds(1)
        let samples = seconds * item.recording.header.samplingRate.value * factor
        return samples < Double(Int32.max) ? Int(samples) : .max
    }
}

extension WireError.Code {
    /// Whether the same recording may be taken on another connection: the server was busy or stopping, or this
    /// connection and the store disagreed about how far it had come.
    fileprivate var mayPass: Bool {
        switch self {
        case .goingAway, .overloaded, .internalError, .samplesOutOfOrder, .brokenRun, .channelInUse,
            .tooManyRecordings:
            true
        default: false
        }
    }
}
