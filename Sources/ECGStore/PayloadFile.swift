import Foundation
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The blocks of one day as they were received, one after the other in the order of their commits. Where each lies stands in
/// the day's database, which alone says what of the file is valid.
///
/// Blocks make up nearly all that is stored. In the database each would be written to the log, read from there, and
/// written again; here it is written once.
final class PayloadFile: Sendable {
    /// What stays in memory of what was written last, in bytes: 17 seconds of ten thousand devices, and more than a county's
    /// whole day. Older blocks come from the disk.
    ///
    /// The kernel would keep them all and take fresh memory for each new one, which on a virtual machine its host has to find
    /// first: writing 3 KiB took 6.6 µs so, and takes 2.2 where the same memory comes round.
    private static let keptInMemory = 512 << 20
    /// How much is let go of together.
    private static let releasedTogether = 16 << 20

    private let descriptor: CInt
    private let name: String
    /// Up to where the file may have gone from memory, and where what was written last ends.
    private let released = Atomic(0)
    private let end = Atomic(0)
    /// Whether it was found to have lost its end, which later writing hides.
    private let hasLostItsEnd = Atomic(false)

    /// Opens the file, or creates it for its owner only.
    init(_ file: URL) throws {
        name = file.lastPathComponent
        descriptor = open(file.path, O_CREAT | O_RDWR | O_CLOEXEC, DurableDatabase.ownerOnly)
        guard descriptor >= 0 else { throw StoreError.ofFile(name, errno) }
        try Self.syncDirectory(of: file)
    }

    deinit { _ = close(descriptor) }

    /// The file's name must outlive a power cut as its content does.
    static func syncDirectory(of file: URL) throws {
        let directory = open(file.deletingLastPathComponent().path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { throw StoreError.ofFile(file.lastPathComponent, errno) }
        defer { _ = close(directory) }
        guard fsync(directory) == 0 else { throw StoreError.ofFile(file.lastPathComponent, errno) }
    }

    /// Writes the bytes where the valid ones end; ``sync()`` makes them durable.
    ///
    /// Where some of those are gone zeros take their place, which no codec makes: what comes now must not be kept out by what
    /// is lost.
    func write(_ bytes: [UInt8], at place: Int) throws {
        if try byteCount() < place { hasLostItsEnd.store(true, ordering: .relaxed) }
        try bytes.withUnsafeBytes { bytes in
            var done = 0
            while done < bytes.count {
                let written = pwrite(
                    descriptor, bytes.baseAddress?.advanced(by: done), bytes.count - done, off_t(place + done))
                if written < 0, errno == EINTR { continue }
                guard written > 0 else { throw StoreError.ofFile(name, written < 0 ? errno : ENOSPC) }
                done += written
            }
        }
        end.store(place + bytes.count, ordering: .relaxed)
    }

    /// Returns once all that was written is on the disk.
    func sync() throws {
        #if canImport(Darwin)
            let isSynced = fcntl(descriptor, F_FULLFSYNC) == 0
        #else
            let isSynced = fdatasync(descriptor) == 0
        #endif
        guard isSynced else { throw StoreError.ofFile(name, errno) }
        releaseOldest()
    }

    /// Lets the kernel forget what was written long ago. It is advice: refused, it costs memory and nothing else.
    private func releaseOldest() {
        #if !canImport(Darwin)
            let first = released.load(ordering: .relaxed)
            let last = end.load(ordering: .relaxed) - Self.keptInMemory
            guard last - first >= Self.releasedTogether else { return }
            _ = posix_fadvise(descriptor, off_t(first), off_t(last - first), POSIX_FADV_DONTNEED)
            released.store(last, ordering: .relaxed)
        #endif
    }

    func read(_ count: Int, at place: Int) throws -> [UInt8] {
        guard count >= 0, place >= 0, try place + count <= byteCount() else { throw StoreError.shortened(name) }
        return try [UInt8](unsafeUninitializedCapacity: count) { room, done in
            while done < count {
                let taken = pread(
                    descriptor, room.baseAddress?.advanced(by: done), count - done, off_t(place + done))
                if taken < 0, errno == EINTR { continue }
                guard taken > 0 else { throw taken < 0 ? StoreError.ofFile(name, errno) : StoreError.shortened(name) }
                done += taken
            }
        }
    }

    /// Throws where fewer bytes are there, or were when it was written to.
    func check(length: Int) throws {
        if try byteCount() < length { hasLostItsEnd.store(true, ordering: .relaxed) }
        guard !hasLostItsEnd.load(ordering: .relaxed) else { throw StoreError.shortened(name) }
    }

    func byteCount() throws -> Int {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw StoreError.ofFile(name, errno) }
        return Int(status.st_size)
    }
}

extension StoreError {
    fileprivate static func ofFile(_ name: String, _ code: CInt) -> StoreError {
        switch code {
        case ENOSPC, EDQUOT: .unavailable("the disk is full: free space or shorten the retention")
        case EACCES, EPERM, EROFS, EISDIR:
            .unavailable("\(name) cannot be written: check owner and permissions of the data directory")
        case EIO: .unavailable("the disk reported an error: check the disk and the kernel's log")
        default: .unavailable("\(name) cannot be used, system error \(code): \(String(cString: strerror(code)))")
        }
    }

    fileprivate static func shortened(_ name: String) -> StoreError {
        .unavailable(
            "\(name) is shorter than its database says, and what is gone of it cannot be read: check the disk, and look for it "
                + "in a backup")
    }
}
