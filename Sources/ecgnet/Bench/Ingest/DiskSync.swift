import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What the disk under a server's data folder takes for a sync by itself: every acknowledgement waits for one.
struct DiskSync: Encodable, Sendable {
    var medianMilliseconds: Double
    /// The type of the file system; nil where that is not told.
    var fileSystem: String?

    /// Whether nothing ever reaches a disk there, so that waits and transactions a second are those of no server.
    var isInMemory: Bool { fileSystem.map { Self.inMemory.contains($0) } ?? false }

    private static let inMemory: Set = ["tmpfs", "ramfs"]
    private static let syncs = 50
    /// About what a device sends in a second.
    private static let bytesPerSync = 2048

    /// Appends to a file and syncs it, time and again.
    static func measure(in folder: URL) throws -> DiskSync {
        let file = folder.appending(path: "sync")
        try Data().write(to: file)
        let handle = try FileHandle(forWritingTo: file)
        let block = Data(repeating: 0x5A, count: bytesPerSync)
        var milliseconds: [Double] = []
        for _ in 0..<syncs {
            try handle.write(contentsOf: block)
            let begin = ContinuousClock.now
            guard isSynced(handle.fileDescriptor) else {
                throw CommandError("\(folder.path) cannot be synced: \(String(cString: strerror(errno)))")
            }
            milliseconds.append(begin.seconds(until: .now) * 1000)
        }
        try handle.close()
        try FileManager.default.removeItem(at: file)
        let path = folder.resolvingSymlinksInPath().path
        // Where there is no such file, nobody tells.
        let mounts = (try? String(contentsOfFile: "/proc/self/mounts", encoding: .utf8)) ?? ""
        return DiskSync(
            medianMilliseconds: Percentiles(milliseconds)?.median ?? .nan,
            fileSystem: fileSystem(of: path, mounts: mounts))
    }

    private static func isSynced(_ descriptor: Int32) -> Bool {
        #if canImport(Darwin)
            return fcntl(descriptor, F_FULLFSYNC) == 0
        #else
            return fdatasync(descriptor) == 0
        #endif
    }

    /// The type of the file system that holds a path: that of the longest mount point above it, of the last one mounted there.
    ///
    /// - Parameter mounts: what `/proc/self/mounts` says: device, mount point, type and more, a line each (fstab(5)).
    static func fileSystem(of path: String, mounts: String) -> String? {
        var found: (point: String, type: String)?
        for line in mounts.split(separator: "\n") {
            let fields = line.split(separator: " ")
            guard fields.count >= 3 else { continue }
            let point = String(fields[1]).replacing("\\040", with: " ")
            guard point == "/" || path == point || path.hasPrefix(point + "/") else { continue }
            if point.count >= found?.point.count ?? 0 { found = (point, String(fields[2])) }
        }
        return found?.type
    }
}
