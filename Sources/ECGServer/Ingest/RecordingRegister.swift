import ECGModel
import Synchronization

/// Which connection of this process receives which recording: for telling devices what became of their alerts, and so
/// that a device that comes back takes its recording over from the connection it lost.
///
/// Of several connections the newest that has asked for the recording has it, however long the opening of each took: the
/// others may be dead, though nobody has noticed yet. What such a one still asks for counts for nothing: its Open may have
/// lain in the network since before the device connected anew, and the device is no longer there to send on it.
///
/// Only a help within one process: what is stored and alerted never depends on it.
final class RecordingRegister: Sendable {
    /// What became of an opening.
    enum Taking {
        /// It has the recording now, and nobody else had it.
        case taken
        case takenOver(from: ConnectionPlace)
        /// A newer connection has it.
        case goesOnElsewhere
    }

    private let places = Mutex<[RecordingID: ConnectionPlace]>([:])

    /// Takes the recording for the place that asked for it.
    func take(_ recording: RecordingID, for place: ConnectionPlace) -> Taking {
        places.withLock { places -> Taking in
            let previous = places[recording]
            if let previous, previous.connection.isNewer(than: place.connection) { return .goesOnElsewhere }
            places[recording] = place
            guard let previous, previous != place else { return .taken }
            return .takenOver(from: previous)
        }
    }

    /// Gives the recording up, unless another place has taken it meanwhile.
    func release(_ recording: RecordingID, from connection: ConnectionID) {
        places.withLock {
            if $0[recording]?.connection == connection { $0[recording] = nil }
        }
    }

    func place(of recording: RecordingID) -> ConnectionPlace? {
        places.withLock { $0[recording] }
    }
}
