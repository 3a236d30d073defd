import ECGModel
import Foundation
import GRDB

/// A write lock on one of the store's files, as another process could hold it.
struct WriteLock {
    private let queue: DatabaseQueue

    /// On the day's waveform file.
    init(onWaveformsOf site: IngestSite) throws { try self.init(onFile: site.waveformFile) }

    init(onFile file: URL) throws {
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        // The server writes of its own accord too.
        configuration.busyMode = .timeout(IngestSite.patience / .seconds(1))
        queue = try DatabaseQueue(path: file.path, configuration: configuration)
        try queue.inDatabase { try $0.execute(sql: "BEGIN IMMEDIATE") }
    }

    func release() throws {
        try queue.inDatabase { try $0.execute(sql: "ROLLBACK") }
        try queue.close()
    }
}

extension IngestSite {
    /// The file of the day that the clock showed first.
    var waveformFile: URL { directory.appending(path: "waveforms-\(firstDay).sqlite") }

    /// Puts what is no database in the place of the day's.
    func loseWaveformFile() throws {
        for suffix in ["-wal", "-shm", ""] { try FileManager.default.removeItem(atPath: waveformFile.path + suffix) }
        try Data(repeating: 0x5A, count: 8192).write(to: waveformFile)
    }

    /// Leaves the files as a crash does that falls between the two transactions of a close: sealed in the waveform file,
    /// open in the main one.
    func sealWaveform(of recording: Recording) throws {
        let queue = try DatabaseQueue(path: waveformFile.path)
        try queue.write { db in
            try db.execute(
                sql: "UPDATE extents SET sealed_at = ? WHERE uuid = ?",
                arguments: [clock.now.microsecondsSince1970, Data(recording.id.bytes)])
            precondition(db.changesCount == 1, "the recording has samples")
        }
        try queue.close()
    }
}
