import ECGModel
import Synchronization

/// Which connection of this process receives which recording: for telling devices what became of their alerts, and so
/// that a device that comes back takes its recording over from the connection it lost.
///
/// Only a help within one process: what is stored and alerted never depends on it.
final class RecordingRegister: Sendable {
    private let places = Mutex<[RecordingID: ConnectionPlace]>([:])

    /// Takes the recording for `place`; returns the place that had it before, if that is another one.
    func take(_ recording: RecordingID, for place: ConnectionPlace) -> ConnectionPlace? {
        let previous = places.withLock { $0.updateValue(place, forKey: recording) }
        return previous == place ? nil : previous
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
