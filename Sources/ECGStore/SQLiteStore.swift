import ECGModel
import Foundation
import GRDB
import Synchronization

/// A store in files of one directory: `ecgnet.sqlite` for everything but waveforms, `waveforms-<day>.blocks` for the
/// blocks of the recordings opened on that day (UTC), however long they run, and `waveforms-<day>.sqlite` for where each of
/// them lies. Retention deletes whole files.
///
/// Who copies the files of a running server takes the main database first, since the days' may be ahead of it and never
/// behind, and a day's database before its blocks: of these, the bytes that a committed row names never change. Each database
/// is copied by SQLite, as it is at one moment, since its log belongs to it and may be carried over at any time.
/// `deploy/backup` does so.
///
/// Several processes may use the directory at once, on one machine and a local file system (SQLite's write-ahead log
/// shares memory). Files are readable by their owner only.
///
/// ## What holds after any crash
/// A batch touches two kinds of files, which no single transaction covers. The order of ``commit(_:at:)`` and the choice
/// of one authority for each fact keep them consistent:
///
/// 1. **The waveform file alone says how many samples of an open recording are stored**: a block's place and the
///    recording's new end are one transaction, in which contiguity is checked, so that two servers cannot both append. The
///    blocks themselves are synced before that transaction is committed; what lies in their file beyond the last one that
///    was, the next transaction writes over.
/// 2. **Alerts raised by blocks are committed to the main file first**, and only for blocks that fit where the recording
///    ends. After a crash between the two an alert may be there without its block; the device sends the block again and
///    the alert is found to be raised already. The reverse cannot happen.
/// 3. **A recording closes in the waveform file first** (it is sealed there, in the transaction that checks its length
///    and after the blocks of the same batch), then in the main file together with its machine reading and the alerts of
///    that reading. After a crash between the two it is sealed and has no reading: ``recordingsAwaitingReading()`` lists
///    it, and a `.close` repeated by the device or a `.reading` completes it.
/// 4. The main file's sample count is set when the recording closes and never changes afterwards, so that it outlives
///    the waveform.
///
/// A batch costs two syncs for its blocks (a day), one more if a block raises or worsens an alert, and one more if
/// anything closes or is read.
///
/// ## What holds when files are damaged
/// A block that cannot be read, or of which it is lost where it is, hides no other, and what comes is stored behind it. A day
/// whose database cannot be written to takes nothing until somebody has seen to it; the other days go on. Only the present
/// cannot wait for that: today's and yesterday's is set aside, under a name that begins with `damaged-`, and a fresh one with what
/// can be read of it takes its place. What cannot counts as stored no longer, and is asked for again of devices that still have it.
public final class SQLiteStore: Store {
    /// Screens and the command line read at the same time as ingest writes.
    private static let mainReaders = 4
    private static let mainFileName = "ecgnet.sqlite"

    let main: DatabasePool
    let waveforms: WaveformFiles
    private let isClosed = Mutex(false)
    /// The main file's transactions; those of the waveform files are gathered before they come here.
    private let shared: SharedTransactions
    private let transactions: TransactionCount
    /// What ingest asks of the main file for every block, of recordings that are open.
    let openRows = OpenRows()
    let space: FreeSpace

    public var transactionCount: Int { transactions.value }

    /// Opens the store, creating directory and files where they are missing and bringing older files up to date.
    ///
    /// - Parameter busyTimeout: how long to wait for a write of another process before giving up.
    /// - Throws: ``StoreError/notDurable(_:)`` if commits would not reach the disk, ``StoreError/newerSchema(file:found:known:)``,
    ///   or ``StoreError/unavailable(_:)``.
    public convenience init(directory: String, busyTimeout: Duration = .seconds(5)) throws {
        try self.init(directory: directory, busyTimeout: busyTimeout, space: FreeSpace(of: directory))
    }

    init(directory: String, busyTimeout: Duration, space: FreeSpace) throws {
        self.space = space
        let url = URL(fileURLWithPath: directory, isDirectory: true)
        do {
            try FileManager.default.createDirectory(
                at: url, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw StoreError.unavailable("the data directory \(directory) cannot be created: check its parent")
        }
        do {
            main = try DurableDatabase.open(
                url.appendingPathComponent(Self.mainFileName), readers: Self.mainReaders, busyTimeout: busyTimeout,
                schema: .main)
        } catch {
            throw StoreError.translating(error)
        }
        waveforms = WaveformFiles(directory: url, busyTimeout: busyTimeout)
        let transactions = TransactionCount()
        self.transactions = transactions
        shared = SharedTransactions(pool: main) { transactions.increment() }
    }

    /// Whether a store has ever been opened in a directory.
    public static func exists(inDirectory directory: String) -> Bool {
        FileManager.default.fileExists(
            atPath: URL(filePath: directory, directoryHint: .isDirectory).appending(path: mainFileName).path)
    }

    public func checkHealth() async throws {
        try space.checkRoomForWaveforms()
        try await write { db in
            try db.execute(
                sql: "INSERT INTO health VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET probes = probes + 1")
        }
    }

    public func close() async throws {
        let wasClosed = isClosed.withLock { closed in
            defer { closed = true }
            return closed
        }
        guard !wasClosed else { return }
        do {
            try main.close()
            try waveforms.close()
        } catch {
            throw StoreError.translating(error)
        }
    }

    // MARK: Access to the files

    func read<T: Sendable>(_ work: @escaping @Sendable (Database) throws -> T) async throws -> T {
        try await translated { try await self.main.read(work) }
    }

    /// A durable transaction in the main file, perhaps together with others': see ``SharedTransactions``.
    func write<T: Sendable>(_ work: @escaping @Sendable (Database) throws -> T) async throws -> T {
        try await translated { try await self.shared.write(work) }
    }

    func readWaveforms<T: Sendable>(
        of day: String, _ work: @escaping @Sendable (WaveformTables) throws -> T
    ) async throws -> T {
        try await translated {
            let day = try await self.waveforms.day(day)
            return try await day.pool.read { try work(WaveformTables(db: $0, payloads: day.payloads)) }
        }
    }

    /// One durable transaction in a day's waveforms.
    func writeWaveforms<T: Sendable>(
        of day: String, _ work: @escaping @Sendable (inout WaveformWriter) throws -> T
    ) async throws -> T {
        let result = try await translated {
            let day = try await self.waveforms.day(day)
            return try await day.pool.write { [waveforms] db in
                guard waveforms.isCurrent(day) else {
                    throw StoreError.unavailable("the waveform file of \(day.name) was replaced meanwhile: try again")
                }
                var writer = try WaveformWriter(WaveformTables(db: db, payloads: day.payloads), known: day.known)
                let result = try work(&writer)
                try writer.finish()
                return result
            }
        }
        transactions.increment()
        return result
    }

    /// Does the work in a day's waveforms and, where those of the present are found to be damaged, once more with a fresh file in
    /// their place. Recordings that run past midnight lie in yesterday's.
    func replacingDamaged<T: Sendable>(
        _ day: String, at time: Timestamp, _ work: () async throws -> T
    ) async throws -> T {
        let seen = waveforms.inode(of: day)
        do {
            return try await work()
        } catch StoreError.damaged where day >= (time - .days(1)).day {
            try await translated { try await self.waveforms.setAside(day, seen: seen) }
            return try await work()
        }
    }

    private func translated<T: Sendable>(_ work: () async throws -> T) async throws -> T {
        guard !isClosed.withLock({ $0 }) else { throw StoreError.closed }
        do {
            return try await work()
        } catch {
            guard !isClosed.withLock({ $0 }) else { throw StoreError.closed }
            throw StoreError.translating(error)
        }
    }
}

/// Counts durable transactions, from any thread.
final class TransactionCount: Sendable {
    private let count = Atomic<Int>(0)
    var value: Int { count.load(ordering: .relaxed) }
    func increment() { count.wrappingAdd(1, ordering: .relaxed) }
}
