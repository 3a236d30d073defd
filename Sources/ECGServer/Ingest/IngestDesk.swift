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
    private let sharedDecoder: NIOLoopBoundBox<BlockDecoder>

    init(loop: any EventLoop) {
        self.loop = loop
        connections = .makeBoxSendingValue([:], eventLoop: loop)
        sharedDecoder = .makeBoxSendingValue(BlockDecoder(), eventLoop: loop)
    }

    /// Reads the blocks of all connections, one after the other: its buffers, some 60 kB for twelve leads, need not be kept
    /// for each. Must be called on the loop.
    var decoder: BlockDecoder { sharedDecoder.value }

    /// Must be called on the loop.
    func add(_ handler: DeviceConnectionHandler, as id: ConnectionID) { connections.value[id] = handler }

    /// Must be called on the loop.
    func remove(_ id: ConnectionID) { connections.value[id] = nil }

    func committed(_ results: [(tag: UInt64, result: IngestResult)]) {
        loop.execute {
            var served: Set<ConnectionID> = []
            for (packed, result) in results {
                let tag = Tag(packed)
                guard let handler = self.connections.value[tag.connection] else { continue }
                handler.committed(result, session: tag.session)
                served.insert(tag.connection)
            }
            for id in served { self.connections.value[id]?.flush() }
        }
    }

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
