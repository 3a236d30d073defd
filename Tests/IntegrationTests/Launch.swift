import Foundation
import Synchronization

/// A program started by `posix_spawn`.
///
/// Foundation's `Process` counts the open files before each start and reads beyond the list's end while it does: with more than
/// some 1,300 of them, as many servers in one test process have, that ended the tests with a segmentation fault.
struct Launch: Sendable {
    struct Failure: Error { var program: String, code: Int32 }

    let identifier: Int32

    private typealias Actions = UnsafeMutablePointer<posix_spawn_file_actions_t>
    // Of glibc 2.29 and 2.34; Swift's overlay does not show what its headers keep for GNU programs.
    private static let addChangeOfFolder = unsafeBitCast(
        dlsym(nil, "posix_spawn_file_actions_addchdir_np"),
        to: (@convention(c) (Actions, UnsafePointer<CChar>) -> Int32).self)
    private static let addCloseFrom = unsafeBitCast(
        dlsym(nil, "posix_spawn_file_actions_addclosefrom_np"), to: (@convention(c) (Actions, Int32) -> Int32).self)

    init(
        program: String, arguments: [String], environment: [String: String], folder: String?, output: String,
        errors: String
    ) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY, 0)
        if let folder { _ = Self.addChangeOfFolder(&actions, folder) }
        _ = Self.addCloseFrom(&actions, 3)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // Signals that this process blocks or ignores are the program's own again.
        var none = sigset_t()
        sigemptyset(&none)
        var all = sigset_t()
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

        let words = ([program] + arguments).map { strdup($0) }
        let variables = environment.map { strdup("\($0)=\($1)") }
        defer { for text in words + variables { free(text) } }
        var child: pid_t = 0
        let code = posix_spawn(&child, program, &actions, &attributes, words + [nil], variables + [nil])
        guard code == 0 else { throw Failure(program: program, code: code) }
        identifier = child
    }

    /// Waits until the program has ended; its exit status, or the number of the signal that ended it.
    func status() -> Int32 {
        var status: Int32 = 0
        while waitpid(identifier, &status, 0) == -1, errno == EINTR {}
        let signal = status & 0x7F
        return signal == 0 ? (status >> 8) & 0xFF : signal
    }
}

/// Set once, seen by all.
final class EndFlag: Sendable {
    private let flag = Atomic(false)
    var isSet: Bool { flag.load(ordering: .acquiring) }
    func set() { flag.store(true, ordering: .releasing) }
}
