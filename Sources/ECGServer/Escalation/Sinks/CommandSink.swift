import Foundation
import Synchronization

/// Runs a program with the message as JSON on its standard input; exit status 0 takes it.
///
/// The arguments go to the program as they are, no shell reads them, and nothing of the message is among them. What it
/// prints is not kept. After its time it is killed with what it started; what it leaves running
/// when it ends well is its own affair, a siren for instance.
struct CommandSink: Sink {
    let arguments: [String]
    let timeout: Duration

    func send(_ message: EscalationMessage) async throws {
        let input = try Self.filledPipe(try JSONExchange.encode(message))
        let process = Process()
        process.executableURL = URL(filePath: arguments[0])
        process.arguments = Array(arguments.dropFirst())
        // Nothing of the server's own environment: it may hold what the command is not to know.
        process.environment = [
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8",
        ]
        process.standardInput = input
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        let end = ProcessEnd()
        process.terminationHandler = { end.finish($0) }
        do {
            try process.run()
        } catch {
            throw SinkFailure("the program cannot be started")
        }
        let group = ProcessGroup(process.processIdentifier)
        let isInTime = await withTaskGroup(of: Bool.self) { tasks in
            tasks.addTask {
                await end.wait()
                return true
            }
            tasks.addTask { [timeout] in
                // A cancelled sleep is the server's end, which does not wait for programs.
                try? await Task.sleep(for: timeout)
                return false
            }
            let first = await tasks.next() ?? false
            if !first { group.end() }
            tasks.cancelAll()
            return first
        }
        try Task.checkCancellation()
        guard isInTime else { throw SinkFailure("the program took longer than \(timeout.components.seconds) s") }
        guard process.terminationReason == .exit else {
            throw SinkFailure("the program was ended by signal \(process.terminationStatus)")
        }
        guard process.terminationStatus == 0 else {
            throw SinkFailure("the program ended with status \(process.terminationStatus)")
        }
    }

    /// A pipe that holds the whole message: writing to it can neither wait nor meet a reader that is gone.
    private static func filledPipe(_ bytes: [UInt8]) throws -> FileHandle {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw SinkFailure("no pipe for the program: too many open files") }
        let reader = FileHandle(fileDescriptor: ends[0], closeOnDealloc: true)
        defer { close(ends[1]) }
        // No other program that is started meanwhile gets an end of it.
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        // Linux keeps 64 KiB in a pipe; a message is bounded by what a device may write of a patient, some KiB.
        guard fcntl(ends[1], F_SETFL, O_NONBLOCK) == 0, write(ends[1], bytes, bytes.count) == bytes.count else {
            throw SinkFailure("the message does not fit into a pipe")
        }
        return reader
    }
}

/// The processes that a program has started, if it leads a group of its own.
private struct ProcessGroup {
    let leader: pid_t
    private let isOwn: Bool

    init(_ leader: pid_t) {
        self.leader = leader
        isOwn = getpgid(leader) == leader
    }

    func end() {
        _ = kill(isOwn ? -leader : leader, SIGKILL)
    }
}

/// The end of a process, for one who waits.
private final class ProcessEnd: Sendable {
    private struct State {
        var hasEnded = false
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    func finish(_: Process) {
        state.withLock { state in
            state.hasEnded = true
            return state.waiter.take()
        }?.resume()
    }

    func wait() async {
        await withCheckedContinuation { continuation in
            let hasEnded = state.withLock { state in
                if !state.hasEnded { state.waiter = continuation }
                return state.hasEnded
            }
            if hasEnded { continuation.resume() }
        }
    }
}
