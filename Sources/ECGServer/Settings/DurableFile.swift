import Foundation

/// A file that is there whole or not at all, also after a power cut.
enum DurableFile {
    /// What the system says when a file cannot be written.
    struct Failure: Error, CustomStringConvertible {
        let description: String

        init(_ path: String, _ verb: String) {
            description = "\(path) cannot be \(verb): \(String(cString: strerror(errno)))"
        }
    }

    /// Writes beside the file, syncs, and moves the new one into its place.
    static func replace(_ path: String, with bytes: Data, permissions: Int) throws {
        let new = path + ".new"
        let descriptor = open(new, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode_t(permissions))
        guard descriptor >= 0 else { throw Failure(new, "made") }
        do {
            defer { close(descriptor) }
            guard fchmod(descriptor, mode_t(permissions)) == 0 else { throw Failure(new, "given its permissions") }
            try write(bytes, to: descriptor, path: new)
            guard fsync(descriptor) == 0 else { throw Failure(new, "synced") }
            guard rename(new, path) == 0 else { throw Failure(path, "replaced") }
        } catch {
            unlink(new)
            throw error
        }
        try syncFolder(of: path)
    }

    /// Makes sure that a file, or a folder, that was moved to a place is found there.
    static func syncFolder(of path: String) throws {
        let folder = open(URL(filePath: path).deletingLastPathComponent().path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw Failure(path, "synced with its folder") }
        defer { close(folder) }
        guard fsync(folder) == 0 else { throw Failure(path, "synced with its folder") }
    }

    private static func write(_ bytes: Data, to descriptor: Int32, path: String) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { systemWrite(descriptor, $0) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Failure(path, "written") }
            rest = rest.dropFirst(count)
        }
    }
}

// Inside the type its own `write` hides the system call of the same name.
private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    write(descriptor, bytes.baseAddress, bytes.count)
}
