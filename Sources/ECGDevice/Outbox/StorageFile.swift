import NIOCore

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// An open file or folder, closed when nobody holds it any more; it says why where the operating system refuses.
final class StorageFile: Sendable {
    private let descriptor: Int32
    /// Its name without the folders, for error texts.
    let name: String

    /// Only the owner may read and write: it holds patient data.
    private static let ownerOnly: mode_t = 0o600

    private init(_ path: String, flags: Int32) throws(OutboxError) {
        name = path.split(separator: "/").last.map(String.init) ?? path
        descriptor = open(path, flags | O_CLOEXEC, Self.ownerOnly)
        guard descriptor >= 0 else { throw .system(name, "opened") }
    }

    deinit { _ = close(descriptor) }

    /// - Throws: if the file is there already.
    static func create(_ path: String) throws(OutboxError) -> StorageFile {
        try StorageFile(path, flags: O_RDWR | O_CREAT | O_EXCL)
    }

    static func existing(_ path: String) throws(OutboxError) -> StorageFile { try StorageFile(path, flags: O_RDWR) }

    static func folder(_ path: String) throws(OutboxError) -> StorageFile {
        try StorageFile(path, flags: O_RDONLY | O_DIRECTORY)
    }

    /// Opens the file and keeps other processes from locking it for as long as this one lives.
    /// - Returns: nil if another process has locked it.
    static func locked(_ path: String) throws(OutboxError) -> StorageFile? {
        let file = try StorageFile(path, flags: O_RDWR | O_CREAT)
        guard flock(file.descriptor, LOCK_EX | LOCK_NB) == 0 else {
            if errno == EWOULDBLOCK { return nil }
            throw .system(file.name, "locked")
        }
        return file
    }

    /// Lets go of the lock at once: a process that is just being started may hold a copy of the descriptor for a moment
    /// longer, and the lock with it.
    func unlock() { _ = flock(descriptor, LOCK_UN) }

    func size() throws(OutboxError) -> Int {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .system(name, "measured") }
        return Int(status.st_size)
    }

    /// Bytes that stand under a name, as far as the operating system tells.
    static func size(of path: String) -> Int {
        var status = stat()
        return lstat(path, &status) == 0 ? Int(status.st_size) : 0
    }

    /// Whether anybody but the owner has any right to it.
    func isOpenToOthers() throws(OutboxError) -> Bool {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .system(name, "examined") }
        return status.st_mode & (S_IRWXG | S_IRWXO) != 0
    }

    /// The bytes from `offset` on: fewer than `count` at the file's end.
    func read(_ count: Int, at offset: Int) throws(OutboxError) -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.reserveCapacity(count)
        while buffer.readableBytes < count {
            let position = offset + buffer.readableBytes
            let missing = count - buffer.readableBytes
            var got = 0
            buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: missing) { room in
                got = pread(descriptor, room.baseAddress, missing, off_t(position))
                return max(0, got)
            }
            if got == 0 { break }
            if got < 0, errno != EINTR { throw .system(name, "read") }
        }
        return buffer
    }

    func write(_ bytes: ByteBuffer, at offset: Int) throws(OutboxError) {
        var written = 0
        while written < bytes.readableBytes {
            let count = bytes.withUnsafeReadableBytes { buffer in
                pwrite(
                    descriptor, buffer.baseAddress.map { $0 + written }, buffer.count - written,
                    off_t(offset + written))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .system(name, "written") }
            written += count
        }
    }

    func cut(to size: Int) throws(OutboxError) {
        guard ftruncate(descriptor, off_t(size)) == 0 else { throw .system(name, "cut") }
    }

    /// Returns when everything written is on the disk. A file's length is, too; its other times need not be.
    func synchronize() throws(OutboxError) {
        #if canImport(Darwin)
            let result = fcntl(descriptor, F_FULLFSYNC)
        #else
            let result = fdatasync(descriptor)
        #endif
        guard result == 0 else { throw .system(name, "synchronised") }
    }
}

extension OutboxError {
    /// What the last system call said.
    static func system(_ file: String, _ doing: String) -> OutboxError {
        let reason = strerror(errno).map { String(cString: $0) } ?? "error \(errno)"
        return .refused(file: file, doing: doing, reason: reason)
    }
}
