import Foundation
import GRDB

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Opens SQLite files so that a commit that returned has been synced to the disk.
enum DurableDatabase {
    /// The value of `PRAGMA synchronous` that syncs the write-ahead log at every commit.
    private static let synchronousFull = 2
    static let ownerOnly: mode_t = 0o600

    /// Opens or creates the file with a write-ahead log, one writer and `readers` readers, and brings it to the schema.
    ///
    /// GRDB's pool sets `synchronous` to NORMAL when it switches to the write-ahead log, after any configuration hook;
    /// a commit would then survive a crash of the process but not a power cut. FULL is therefore set on the writer
    /// afterwards and read back. Throws ``StoreError/notDurable(_:)`` if it is not in force.
    static func open(
        _ file: URL, readers: Int, busyTimeout: Duration, schema: SchemaVersions
    ) throws -> DatabasePool {
        try createPrivately(file)
        var configuration = Configuration()
        configuration.foreignKeysEnabled = true
        configuration.busyMode = .timeout(busyTimeout / .seconds(1))
        configuration.maximumReaderCount = readers
        let pool = try DatabasePool(path: file.path, configuration: configuration)
        try pool.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA synchronous = FULL")
            let synchronous = try Int.fetchOne(db, sql: "PRAGMA synchronous")
            let journal = try String.fetchOne(db, sql: "PRAGMA journal_mode")
            guard synchronous == synchronousFull, journal == "wal" else {
                throw StoreError.notDurable(
                    "\(file.lastPathComponent) opened with synchronous \(synchronous ?? -1) and journal "
                        + "\(journal ?? "none") instead of \(synchronousFull) and wal: "
                        + "use a local file system and an SQLite that supports both")
            }
            try schema.apply(to: db, file: file.lastPathComponent)
        }
        return pool
    }

    /// Creates the file for its owner only; SQLite gives its log and index the same permissions.
    ///
    /// An existing file is not opened: closing a descriptor would drop the locks that another connection of this
    /// process holds on the file (POSIX advisory locks belong to the process).
    private static func createPrivately(_ file: URL) throws {
        let descriptor = file.path.withCString { path in
            #if canImport(Glibc)
                Glibc.open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, ownerOnly)
            #elseif canImport(Musl)
                Musl.open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, ownerOnly)
            #else
                Darwin.open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, ownerOnly)
            #endif
        }
        if descriptor >= 0 {
            _ = close(descriptor)
        } else if errno != EEXIST {
            throw StoreError.unavailable(
                "\(file.lastPathComponent) cannot be created: check owner and permissions of the data directory")
        }
    }
}
