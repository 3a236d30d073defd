import ECGModel
import Synchronization

/// How far the recordings of a day go, as this process's last transaction left it, so that not every block has to ask for it.
///
/// SQLite's `data_version` tells a connection whether another one, perhaps of another process, has changed the file
/// since: then nothing is known any more. A transaction takes what is known away and brings it back when it is
/// committed, so that one that fails leaves nothing behind.
final class KnownExtents: Sendable {
    /// Recordings kept, some 150 bytes each: more than one server has open at a time.
    private static let limit = 65_536

    private struct State {
        var extents: [RecordingID: Extent] = [:]
        var version: Int?
    }
    private let state = Mutex(State())

    /// What is known if the file is of this version; nothing else.
    func take(version: Int) -> [RecordingID: Extent] {
        state.withLock { state in
            defer { state = State() }
            return state.version == version ? state.extents : [:]
        }
    }

    func keep(_ extents: [RecordingID: Extent], version: Int) {
        // To begin anew costs one look-up a recording.
        state.withLock { $0 = State(extents: extents.count > Self.limit ? [:] : extents, version: version) }
    }
}
