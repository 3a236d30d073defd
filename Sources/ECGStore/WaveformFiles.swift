import Dispatch
import Foundation
import GRDB
import Synchronization

/// The waveform databases of a data directory, one a day, opened as they are needed.
///
/// At most ``openLimit`` files stay open. Opening does I/O and runs on a queue of its own, never on the caller's
/// executor. A file that was deleted under an open connection (retention, by another process) is noticed by its inode
/// and opened anew, so that nothing is ever written to a file without a name.
final class WaveformFiles: Sendable {
    /// Today's, yesterday's for recordings that run past midnight, and a few that somebody reads.
    private static let openLimit = 8
    /// Readers of one day's file at a time; the writer is apart.
    private static let readers = 2
    private static let prefix = "waveforms-"
    private static let suffix = ".sqlite"

    private struct OpenFile {
        var pool: DatabasePool
        var inode: UInt64
        var lastUse: UInt64
    }
    private struct State {
        var files: [String: OpenFile] = [:]
        var uses: UInt64 = 0
    }

    private let directory: URL
    private let busyTimeout: Duration
    private let state = Mutex(State())
    private let opening = DispatchQueue(label: "ecgnet.waveform-files")

    init(directory: URL, busyTimeout: Duration) {
        self.directory = directory
        self.busyTimeout = busyTimeout
    }

    /// The database of a day, created if there is none yet.
    func database(of day: String) async throws -> DatabasePool {
        if let pool = opened(day) { return pool }
        return try await withCheckedThrowingContinuation { continuation in
            opening.async { [self] in
                continuation.resume(with: Result { try open(day) })
            }
        }
    }

    /// The days whose files lie in the directory and precede `day`, in order.
    func days() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: directory.path)
            .filter { $0.hasPrefix(Self.prefix) && $0.hasSuffix(Self.suffix) }
            .map { String($0.dropFirst(Self.prefix.count).dropLast(Self.suffix.count)) }
            .sorted()
    }

    /// Deletes a day's file with its log and index. The database itself goes last, so that a crash in between leaves it
    /// to be found and deleted again.
    func delete(_ day: String) throws {
        _ = state.withLock { $0.files.removeValue(forKey: day) }
        let path = file(of: day).path
        for name in [path + "-wal", path + "-shm", path] where FileManager.default.fileExists(atPath: name) {
            try FileManager.default.removeItem(atPath: name)
        }
    }

    func close() throws {
        let pools = state.withLock { state in
            defer { state.files = [:] }
            return state.files.values.map(\.pool)
        }
        for pool in pools { try pool.close() }
    }

    private func file(of day: String) -> URL {
        directory.appendingPathComponent(Self.prefix + day + Self.suffix)
    }

    private func inode(of day: String) -> UInt64? {
        var status = stat()
        return stat(file(of: day).path, &status) == 0 ? UInt64(status.st_ino) : nil
    }

    private func opened(_ day: String) -> DatabasePool? {
        let inode = inode(of: day)
        return state.withLock { state in
            guard let file = state.files[day] else { return nil }
            guard file.inode == inode else {
                state.files[day] = nil
                return nil
            }
            state.uses += 1
            state.files[day]?.lastUse = state.uses
            return file.pool
        }
    }

    private func open(_ day: String) throws -> DatabasePool {
        if let pool = opened(day) { return pool }
        let pool = try DurableDatabase.open(
            file(of: day), readers: Self.readers, busyTimeout: busyTimeout, schema: .waveforms)
        guard let inode = inode(of: day) else {
            throw StoreError.unavailable(
                "the waveform file of \(day) was removed while it was being opened: try again, and let nothing but the "
                    + "server remove files of the data directory")
        }
        state.withLock { state in
            if state.files.count >= Self.openLimit,
                let oldest = state.files.min(by: { $0.value.lastUse < $1.value.lastUse })?.key
            {
                // Whoever still uses it holds it; the pool closes with its last user.
                state.files[oldest] = nil
            }
            state.uses += 1
            state.files[day] = OpenFile(pool: pool, inode: inode, lastUse: state.uses)
        }
        return pool
    }
}
