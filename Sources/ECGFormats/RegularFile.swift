#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Whole files in and out, with the operating system's reason where it refuses.
enum RegularFile {
    /// Reads the first `limit` bytes of a file. Pipes and devices are refused: they may never end.
    static func read(_ path: String, name: String, limit: Int) throws(WFDBError) -> [UInt8] {
        // Opening a pipe would wait for its other end.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw refused(name, "read") }
        defer { _ = close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw refused(name, "read") }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw WFDBError(.inaccessible, file: name, "it is no regular file", remedy: "name a file")
        }
        var failure: WFDBError?
        let bytes = [UInt8](unsafeUninitializedCapacity: min(limit, Int(status.st_size))) { buffer, filled in
            guard let base = buffer.baseAddress else { return }
            while filled < buffer.count {
                let count = systemRead(descriptor, base + filled, buffer.count - filled)
                if count < 0, errno == EINTR { continue }
                if count < 0 { failure = refused(name, "read") }
                if count <= 0 { return }
                filled += count
            }
        }
        if let failure { throw failure }
        return bytes
    }

    /// Whether anything is there under the path.
    static func isThere(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Writes a file beside its final place and then moves it there, so that nobody meets half of it.
    static func write(_ bytes: [UInt8], to path: String, name: String) throws(WFDBError) {
        let partial = path + ".part"
        let descriptor = open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw refused(name, "written") }
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                systemWrite(descriptor, buffer.baseAddress.map { $0 + written }, bytes.count - written)
            }
            if count < 0, errno == EINTR { continue }
            if count < 0 {
                let error = refused(name, "written")
                _ = close(descriptor)
                _ = unlink(partial)
                throw error
            }
            written += count
        }
        // Some file systems tell only here that the bytes did not fit.
        guard close(descriptor) == 0, rename(partial, path) == 0 else {
            let error = refused(name, "written")
            _ = unlink(partial)
            throw error
        }
    }

    private static func refused(_ name: String, _ verb: String) -> WFDBError {
        let reason = strerror(errno).map { String(cString: $0) } ?? "error \(errno)"
        return WFDBError(
            .inaccessible, file: name, "it cannot be \(verb): \(reason)",
            remedy: "check the path and its permissions")
    }
}

// Inside the type its own `read` and `write` hide the system calls of the same names.
private func systemRead(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    read(descriptor, buffer, count)
}
private func systemWrite(_ descriptor: Int32, _ buffer: UnsafeRawPointer?, _ count: Int) -> Int {
    write(descriptor, buffer, count)
}
