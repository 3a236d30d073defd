import ECGModel
import Synchronization

/// Which connection of this process receives which recording: for telling devices what became of their alerts, and so
/// that a device that comes back takes its recording over from the connection it lost.
///
/// Of several connections the one that asked for the recording last has it, however long the opening of each took: the
/// others may be dead, though nobody has noticed yet.
///
/// Only a help within one process: what is stored and alerted never depends on it.
final class RecordingRegister: Sendable {
    private struct Entry {
        var place: ConnectionPlace
        var opening: UInt64
    }

    /// What became of an opening.
    enum Taking {
        /// It has the recording now, and nobody else had it.
        case taken
        case takenOver(from: ConnectionPlace)
        /// Another place asked later and has it already.
        case hasBeenAskedForLater
    }

    private let entries = Mutex<[RecordingID: Entry]>([:])
    private let openings = Atomic<UInt64>(0)

    /// The number of an opening, in the order in which devices ask.
    func numberOpening() -> UInt64 { openings.wrappingAdd(1, ordering: .relaxed).newValue }

    /// Takes the recording for the place that asked for it.
    func take(_ recording: RecordingID, for place: ConnectionPlace, opening: UInt64) -> Taking {
        entries.withLock { entries -> Taking in
            let previous = entries[recording]
            if let previous, previous.place != place, previous.opening > opening { return .hasBeenAskedForLater }
            entries[recording] = Entry(place: place, opening: opening)
            guard let previous, previous.place != place else { return .taken }
            return .takenOver(from: previous.place)
        }
    }

    /// Gives the recording up, unless another place has taken it meanwhile.
    func release(_ recording: RecordingID, from connection: ConnectionID) {
        entries.withLock {
            if $0[recording]?.place.connection == connection { $0[recording] = nil }
        }
    }

    func place(of recording: RecordingID) -> ConnectionPlace? {
        entries.withLock { $0[recording]?.place }
    }
}
