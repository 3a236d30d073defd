import Foundation
import GRDB
import Logging

/// Puts a fresh database in the place of one that is damaged, so that the day can go on, and keeps the damaged one.
///
/// The payloads stay where they are: what is lost is where they lie. The fresh database names those of which the damaged one
/// still says it, and what is written next goes behind all of them.
///
/// Nothing of the day is taken meanwhile, nor of another that has to be opened first: 3.1 s with 300,000 blocks, in a debug
/// build on two cores, and as much longer as there are more. Another process that has to write to the day gives up after its
/// busy timeout and says so; the devices keep what was not acknowledged.
extension WaveformFiles {
    private static let damagedPrefix = "damaged-"
    private static let freshPrefix = "fresh-"

    /// The databases that were set aside, by day.
    func databasesSetAside() throws -> [String: [String]] {
        let names = try FileManager.default.contentsOfDirectory(atPath: directory.path)
            .filter { $0.hasPrefix(Self.damagedPrefix) && $0.hasSuffix(Self.suffix) }.sorted()
        return Dictionary(grouping: names) { name in
            String(name.dropFirst(Self.damagedPrefix.count).prefix { $0 != "." })
                .split(separator: "-").dropLast().joined(separator: "-")
        }
    }

    /// Sets the day's database aside, unless another has taken its place since it was seen.
    ///
    /// - Parameter seen: ``inode(of:)`` from before it was found to be damaged.
    func setAside(_ day: String, seen: UInt64?) async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            opening.async { [self] in
                continuation.resume(with: Result { try replace(day, seen: seen) })
            }
        }
    }

    /// Removes what was set aside of a day, and what a crash left of a fresh one.
    func deleteSetAside(of day: String) throws {
        let prefixes = ["\(Self.damagedPrefix)\(day)-", "\(Self.freshPrefix)\(day)"]
        for name in try FileManager.default.contentsOfDirectory(atPath: directory.path)
        where prefixes.contains(where: name.hasPrefix) {
            try FileManager.default.removeItem(at: directory.appendingPathComponent(name))
        }
    }

    private func replace(_ day: String, seen: UInt64?) throws {
        guard let seen, inode(of: day) == seen else { return }
        let payloads = try PayloadFile(payloadFile(of: day))
        let logger = Logger(label: "ecgnet.store")
        logger.error(
            "a waveform database is damaged: what can be read goes into a fresh one, and its day takes nothing meanwhile",
            metadata: ["day": "\(day)"])
        let start = ContinuousClock.now
        do {
            let damaged = try opened(day) ?? open(day)
            // Nobody writes to it meanwhile, and who has waited to finds that it has been replaced.
            try damaged.pool.writeWithoutTransaction { db in
                try db.inTransaction(.immediate) {
                    try makeFresh(day, from: db, payloads)
                    try exchange(day)
                    return .rollback
                }
            }
        } catch let error as DatabaseError where error.isDamage {
            // Not even its first page can be read, so that nobody can write to it either.
            guard inode(of: day) == seen else { return }
            try makeFresh(day, from: nil, payloads)
            try exchange(day)
        }
        logger.notice(
            "the day takes blocks again",
            metadata: ["day": "\(day)", "seconds": "\((ContinuousClock.now - start) / .seconds(1))"])
    }

    private func freshFile(of day: String) -> URL {
        directory.appendingPathComponent(Self.freshPrefix + day + Self.suffix)
    }

    private func makeFresh(_ day: String, from damaged: Database?, _ payloads: PayloadFile) throws {
        let file = freshFile(of: day)
        for suffix in ["", "-wal", "-shm"] where FileManager.default.fileExists(atPath: file.path + suffix) {
            try FileManager.default.removeItem(atPath: file.path + suffix)
        }
        let pool = try DurableDatabase.open(file, readers: 1, busyTimeout: busyTimeout, schema: .waveforms)
        let end = try payloads.byteCount()
        try pool.writeWithoutTransaction { db in
            if let damaged {
                try WaveformSalvage(source: damaged, target: db, payloadEnd: end).run()
            } else {
                try WaveformSalvage.leavePayloads(before: end, lastBlock: 0, in: db)
            }
            // Its log goes with the name that it has now.
            _ = try db.checkpoint(.truncate)
        }
        try pool.close()
    }

    /// The damaged one has its new name before the fresh one takes the old, and takes its log along, which would be carried over
    /// into the fresh one. After a crash in between it is still in its place, and is found to be damaged again.
    private func exchange(_ day: String) throws {
        let path = file(of: day).path
        var number = 1
        func kept() -> String {
            directory.appendingPathComponent("\(Self.damagedPrefix)\(day)-\(number)\(Self.suffix)").path
        }
        while link(path, kept()) != 0 {
            guard errno == EEXIST else { throw Self.cannotReplace(day) }
            number += 1
        }
        for suffix in ["-wal", "-shm"] where FileManager.default.fileExists(atPath: path + suffix) {
            guard rename(path + suffix, kept() + suffix) == 0 else { throw Self.cannotReplace(day) }
        }
        guard rename(freshFile(of: day).path, path) == 0 else { throw Self.cannotReplace(day) }
        forget(day)
        try PayloadFile.syncDirectory(of: file(of: day))
    }

    private static func cannotReplace(_ day: String) -> StoreError {
        .unavailable(
            "the damaged waveform file of \(day) cannot be set aside, \(String(cString: strerror(errno))): check owner and "
                + "permissions of the data directory")
    }
}
