import ECGModel
import ECGStore
import Foundation

/// A data folder that was a backup's copy, and is now in the place of what was lost.
///
/// What was raised since the copy was made is lost, but its numbers are still in pagers, on open pages and in notes, where they
/// must not come to mean another patient. So alerts and their events are numbered from the seconds since ``origin`` on: beyond
/// all that was ever given out, since no county raises an alert a second, day and night; and beyond what an earlier server on
/// another copy of the same backup gave out.
struct RestoredCopy {
    /// The file that `deploy/backup` puts into every copy.
    static let mark = "numbers-go-on-elsewhere"
    /// Before there was any server: 2026-01-01T00:00:00Z.
    private static let origin = Timestamp(microsecondsSince1970: 1_767_225_600_000_000)

    let dataFolder: String

    /// Before the first alert can be raised. The mark goes last: a crash before that makes the numbers go on once more.
    func goOnElsewhere(_ store: any Store, at time: Timestamp) async throws -> Bool {
        let mark = URL(filePath: dataFolder, directoryHint: .isDirectory).appending(path: Self.mark)
        guard FileManager.default.fileExists(atPath: mark.path) else { return false }
        try await store.numberAlerts(after: max(0, (time - Self.origin).components.seconds))
        try FileManager.default.removeItem(at: mark)
        return true
    }
}
