import ECGModel
import ECGStore
import ECGWire
import NIOCore

/// The connections of one event loop, and the place where the committer hands back what became of their blocks: one hop
/// to the loop for all of them together.
final class IngestDesk: CommitReceiver {
    /// Where a result belongs: the connection and one of its sessions, packed into the committer's tag.
    struct Tag {
        var connection: ConnectionID
        var session: UInt32

        init(connection: ConnectionID, session: UInt32) {
            self.connection = connection
            self.session = session
        }
        init(_ packed: UInt64) {
            connection = ConnectionID(rawValue: UInt32(truncatingIfNeeded: packed >> 32))
            session = UInt32(truncatingIfNeeded: packed)
        }
        var packed: UInt64 { UInt64(connection.rawValue) << 32 | UInt64(session) }
    }

    let loop: any EventLoop
    private let connections: NIOLoopBoundBox<[ConnectionID: DeviceConnectionHandler]>
    private let isTimeCheckScheduled: NIOLoopBoundBox<Bool>
    private let isTurnScheduled: NIOLoopBoundBox<Bool>
    private let sharedDecoder: NIOLoopBoundBox<SharedBlockDecoder>

    private let isCongested: @Sendable (_ isUrgent: Bool) -> Bool
    private let fellBehind: @Sendable () -> Void
    private let uptime: @Sendable () -> Duration
    private let waiting: NIOLoopBoundBox<RoomQueue<ConnectionID>>
    private let turns: NIOLoopBoundBox<Turns<ConnectionID>>

    /// How often the connections look at the clock for their time-outs: one timer for all, since ten thousand of them would
    /// cost more than the looks.
    private static let timeCheck = TimeAmount.seconds(1)
    /// How often those who wait for room in the queue for the disk are asked in: several times while a transaction is
    /// being synced.
    private static let roomCheck = TimeAmount.milliseconds(10)
    /// Between two turns the loop sees to its sockets, however much waits: what is executed at once would come before them.
    private static let betweenTurns = TimeAmount.milliseconds(1)

    /// - Parameters:
    ///   - isCongested: whether so much waits for the disk that nothing more should be taken in, or nothing more that is not
    ///     urgent.
    ///   - fellBehind: told whenever a turn ends with connections waiting for the next one.
    init(
        loop: any EventLoop, uptime: @escaping @Sendable () -> Duration,
        isCongested: @escaping @Sendable (_ isUrgent: Bool) -> Bool, fellBehind: @escaping @Sendable () -> Void
    ) {
        self.loop = loop
        self.uptime = uptime
        self.isCongested = isCongested
        self.fellBehind = fellBehind
        waiting = .makeBoxSendingValue(RoomQueue<ConnectionID>(), eventLoop: loop)
        turns = .makeBoxSendingValue(Turns<ConnectionID>(), eventLoop: loop)
        connections = .makeBoxSendingValue([:], eventLoop: loop)
        isTimeCheckScheduled = .makeBoxSendingValue(false, eventLoop: loop)
        isTurnScheduled = .makeBoxSendingValue(false, eventLoop: loop)
        sharedDecoder = .makeBoxSendingValue(SharedBlockDecoder(), eventLoop: loop)
    }

    /// Must be called on the loop.
    var decoder: SharedBlockDecoder { sharedDecoder.value }

    /// Must be called on the loop.
    func add(_ handler: DeviceConnectionHandler, as id: ConnectionID) {
        connections.value[id] = handler
        if connections.value.count == 1 { scheduleTimeCheck() }
    }

    /// Goes on for as long as there are connections.
    private func scheduleTimeCheck() {
        guard !isTimeCheckScheduled.value else { return }
        isTimeCheckScheduled.value = true
        loop.scheduleTask(in: Self.timeCheck) { [self] in
            isTimeCheckScheduled.value = false
            let uptime = uptime()
            for handler in connections.value.values { handler.checkTime(uptime: uptime) }
            if !connections.value.isEmpty { scheduleTimeCheck() }
        }
    }

    /// Must be called on the loop.
    func remove(_ id: ConnectionID) { connections.value[id] = nil }

    // MARK: Room in the queue for the disk

    /// Whether there is room for what a connection has received. If not, the connection is asked to go on once there is,
    /// in the order in which they came; until then it neither takes frames nor reads, and TCP slows its device down. Must
    /// be called on the loop.
    func hasRoom(for id: ConnectionID, isUrgent: Bool) -> Bool {
        guard isCongested(isUrgent) else { return true }
        if waiting.value.isEmpty { loop.scheduleTask(in: Self.roomCheck) { self.askIn() } }
        waiting.value.add(id, isUrgent: isUrgent)
        return false
    }

    private func askIn() {
        let ready = waiting.value.next(isCongested: isCongested)
        // Before anybody is asked in: who has to wait again schedules the next look only where nobody else waits.
        if !waiting.value.isEmpty { loop.scheduleTask(in: Self.roomCheck) { self.askIn() } }
        for id in ready { connections.value[id]?.goOnReceiving() }
    }

    // MARK: Turns

    /// Asks a connection to take what it has received once its turn has come. Must be called on the loop.
    func awaitTurn(_ id: ConnectionID, isUrgent: Bool) {
        turns.value.add(id, isUrgent: isUrgent)
        guard !isTurnScheduled.value else { return }
        isTurnScheduled.value = true
        // When the sockets that are readable now have been read.
        loop.execute { self.takeTurn() }
    }

    private func takeTurn() {
        let begin = ContinuousClock.now
        while let id = turns.value.next(after: .now - begin) { connections.value[id]?.takeTurn() }
        isTurnScheduled.value = !turns.value.isEmpty
        guard isTurnScheduled.value else { return }
        fellBehind()
        loop.scheduleTask(in: Self.betweenTurns) { self.takeTurn() }
    }

    func committed(_ results: [(tag: UInt64, result: IngestResult)]) {
        loop.execute {
            let connections = self.connections.value
            // A connection that is in it twice has nothing to send the second time.
            var served: [DeviceConnectionHandler] = []
            served.reserveCapacity(results.count)
            for (packed, result) in results {
                let tag = Tag(packed)
                guard let handler = connections[tag.connection] else { continue }
                handler.committed(result, session: tag.session)
                served.append(handler)
            }
            for handler in served { handler.flush() }
        }
    }

    /// Why is for the log, to which the committer's observer has said it.
    func commitFailed(_ tags: [UInt64], error: any Error) {
        loop.execute {
            for id in Set(tags.map { Tag($0).connection }) {
                self.connections.value[id]?.commitFailed()
            }
        }
    }

    /// Asks a connection, from any thread, to tell its device the news of a recording's alerts.
    func tellNews(of recording: RecordingID, to id: ConnectionID) {
        loop.execute { self.connections.value[id]?.tellNews(of: recording) }
    }

    /// Asks a connection, from any thread, to tell its device what it has missed since about then.
    func tellMissedNews(to id: ConnectionID, since time: Timestamp) {
        loop.execute { self.connections.value[id]?.tellMissedNews(since: time) }
    }

    /// Tells a connection, from any thread, that another one has taken its recording over.
    func takeOver(_ recording: RecordingID, from id: ConnectionID) {
        loop.execute { self.connections.value[id]?.lose(recording) }
    }

    /// Ends a connection, from any thread, with an error that its device is told.
    func end(_ id: ConnectionID, with error: WireError) {
        loop.execute { self.connections.value[id]?.end(with: error) }
    }

    /// Lets every connection finish what is under way, say goodbye and close.
    func drain() {
        loop.execute {
            for handler in self.connections.value.values { handler.drain() }
        }
    }
}
