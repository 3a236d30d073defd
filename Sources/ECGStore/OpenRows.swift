import ECGModel
import Synchronization

/// Remembers the rows of open recordings, which every block would ask the main file for.
///
/// A row's number and day never change. That a recording is open may: another server may have closed it since. The
/// waveform file, which alone decides what is stored, knows then that the recording is sealed, and answers as the main
/// file would have.
final class OpenRows: Sendable {
    /// Rows kept, some 100 bytes each: more than one server has open at a time.
    private static let limit = 65_536

    private let rows = Mutex<[RecordingID: RecordingRow]>([:])

    func known(_ recordings: Set<RecordingID>) -> [RecordingID: RecordingRow] {
        rows.withLock { rows in recordings.reduce(into: [:]) { $0[$1] = rows[$1] } }
    }

    func learn(_ found: [RecordingID: RecordingRow]) {
        rows.withLock { rows in
            // To begin anew costs one look-up a recording.
            if rows.count + found.count > Self.limit { rows.removeAll(keepingCapacity: true) }
            for (id, row) in found where row.closedSampleCount == nil { rows[id] = row }
        }
    }

    func forget(_ recordings: [RecordingID]) {
        rows.withLock { rows in for id in recordings { rows[id] = nil } }
    }
}
