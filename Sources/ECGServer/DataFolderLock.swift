import Foundation

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Keeps a second server off a data folder: two would tell the ladder's people twice and write the settings over each other.
///
/// The kernel holds the lock (flock(2)) and lets go when the process ends, however it ends, so that nothing is left to be
/// cleaned up after a crash. Commands that work on the folder beside a running server do not take it.
final class DataFolderLock: Sendable {
    static let fileName = "serve.lock"
    private static let ownerOnly: mode_t = 0o600

    private let descriptor: Int32

    /// - Throws: ``ServerConfigurationError/dataFolderInUse(_:)`` or ``ServerConfigurationError/dataFolderUnusable(_:)``.
    init(dataFolder: String) throws {
        let folder = URL(filePath: dataFolder, directoryHint: .isDirectory)
        do {
            try FileManager.default.createDirectory(
                at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw ServerConfigurationError.dataFolderUnusable(dataFolder)
        }
        // A value whose properties are all set is torn down when its initializer throws: the last one is set once nothing can.
        let file = open(folder.appending(path: Self.fileName).path, O_RDWR | O_CREAT | O_CLOEXEC, Self.ownerOnly)
        guard file >= 0 else { throw ServerConfigurationError.dataFolderUnusable(dataFolder) }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            let isInUse = errno == EWOULDBLOCK
            close(file)
            throw isInUse
                ? ServerConfigurationError.dataFolderInUse(dataFolder)
                : ServerConfigurationError.dataFolderUnusable(dataFolder)
        }
        descriptor = file
    }

    /// Lets go at once: a process that is just being started may hold a copy of the descriptor for a moment longer.
    func release() { _ = flock(descriptor, LOCK_UN) }

    deinit { _ = close(descriptor) }
}
