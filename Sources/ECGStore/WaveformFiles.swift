import Dispatch
import Foundation
import GRDB
import Synchronization

/// The files of one day's waveforms, opened.
struct WaveformDay: Sendable {
    let name: String
    /// Of the database.
    let inode: UInt64
    let pool: DatabasePool
    let payloads: PayloadFile
    let known = KnownExtents()
}

/// The waveform files of a data directory, a database and its blocks for each day, opened as they are needed.
///
/// At most ``openLimit`` days stay open. Opening does I/O and runs on a queue of its own, never on the caller's
/// executor. A file that was deleted under an open connection (retention, by another process) is noticed by its inode
/// and opened anew, so that nothing is ever written to a file without a name.
final class WaveformFiles: Sendable {
    /// Today's, yesterday's for recordings that run past midnight, and a few that somebody reads.
    private static let openLimit = 8
    /// Readers of one day's file at a time; the writer is apart.
    private static let readers = 2
    private static let prefix = "waveforms-"
    static let suffix = ".sqlite"
    private static let payloadSuffix = ".blocks"

    private struct OpenDay {
        var files: WaveformDay
        var lastUse: UInt64
    }
    private struct State {
        var days: [String: OpenDay] = [:]
        var uses: UInt64 = 0
    }

    let directory: URL
    let busyTimeout: Duration
    private let state = Mutex(State())
    let opening = DispatchQueue(label: "ecgnet.waveform-files")

    init(directory: URL, busyTimeout: Duration) {
        self.directory = directory
        self.busyTimeout = busyTimeout
    }

    /// The files of a day, created if there are none yet.
    func day(_ day: String) async throws -> WaveformDay {
        if let files = opened(day) { return files }
        return try await withCheckedThrowingContinuation { continuation in
            opening.async { [self] in
                continuation.resume(with: Result { try open(day) })
            }
        }
    }

    /// The days whose files lie in the directory, in order.
    func days() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: directory.path)
            .filter { $0.hasPrefix(Self.prefix) && $0.hasSuffix(Self.suffix) }
            .map { String($0.dropFirst(Self.prefix.count).dropLast(Self.suffix.count)) }
            .sorted()
    }

    /// Deletes a day's files with the database's log and index. The database itself goes last, so that a crash in between leaves it
    /// to be found and deleted again.
    func delete(_ day: String) throws {
        forget(day)
        try deleteSetAside(of: day)
        let path = file(of: day).path
        for name in [payloadFile(of: day).path, path + "-wal", path + "-shm", path]
        where FileManager.default.fileExists(atPath: name) {
            try FileManager.default.removeItem(atPath: name)
        }
    }

    /// Whether the day's files are still those: whoever has waited for the database's lock must not write to one that has been
    /// replaced meanwhile.
    func isCurrent(_ day: WaveformDay) -> Bool { inode(of: day.name) == day.inode }

    /// The next to ask for the day opens it anew.
    func forget(_ day: String) { _ = state.withLock { $0.days.removeValue(forKey: day) } }

    func close() throws {
        let pools = state.withLock { state in
            defer { state.days = [:] }
            return state.days.values.map(\.files.pool)
        }
        for pool in pools { try pool.close() }
    }

    func file(of day: String) -> URL {
        directory.appendingPathComponent(Self.prefix + day + Self.suffix)
    }

    func payloadFile(of day: String) -> URL {
        directory.appendingPathComponent(Self.prefix + day + Self.payloadSuffix)
    }

    func inode(of day: String) -> UInt64? {
        var status = stat()
        return stat(file(of: day).path, &status) == 0 ? UInt64(status.st_ino) : nil
    }

    func opened(_ day: String) -> WaveformDay? {
        let inode = inode(of: day)
        return state.withLock { state in
            guard let open = state.days[day] else { return nil }
            guard open.files.inode == inode else {
                state.days[day] = nil
                return nil
            }
            state.uses += 1
            state.days[day]?.lastUse = state.uses
            return open.files
        }
    }

    func open(_ day: String) throws -> WaveformDay {
        if let files = opened(day) { return files }
        let pool = try DurableDatabase.open(
            file(of: day), readers: Self.readers, busyTimeout: busyTimeout, schema: .waveforms)
        let payloads = try PayloadFile(payloadFile(of: day))
        guard let inode = inode(of: day) else {
            throw StoreError.unavailable(
                "the waveform file of \(day) was removed while it was being opened: try again, and let nothing but the "
                    + "server remove files of the data directory")
        }
        let files = WaveformDay(name: day, inode: inode, pool: pool, payloads: payloads)
        state.withLock { state in
            if state.days.count >= Self.openLimit,
                let oldest = state.days.min(by: { $0.value.lastUse < $1.value.lastUse })?.key
            {
                // Whoever still uses it holds it; the files close with their last user.
                state.days[oldest] = nil
            }
            state.uses += 1
            state.days[day] = OpenDay(files: files, lastUse: state.uses)
        }
        return files
    }
}
