import Foundation
import Subprocess
import SystemPackage

/// Runs a program with the message as JSON on its standard input; exit status 0 takes it.
///
/// The arguments go to the program as they are, no shell reads them, and nothing of the message is among them. What it
/// prints is not kept. After its time it is killed with what it started; what it leaves running
/// when it ends well is its own affair, a siren for instance.
struct CommandSink: Sink {
    let arguments: [String]
    let timeout: Duration

    /// Nothing of the server's own environment: it may hold what the command is not to know.
    private static let environment: Environment = .custom([
        "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8",
    ])

    /// A group of its own, which is killed whole.
    private static let options: PlatformOptions = {
        var options = PlatformOptions()
        options.processGroupID = 0
        options.teardownSequence = [.send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: .zero)]
        return options
    }()

    func send(_ message: EscalationMessage) async throws {
        let input = try Self.filledPipe(try JSONExchange.encode(message))
        let end = try await withThrowingTaskGroup(of: TerminationStatus?.self) { tasks in
            tasks.addTask { try await run(reading: input) }
            tasks.addTask { [timeout] in
                try await Task.sleep(for: timeout)
                return nil
            }
            // Leaving kills a program that still runs.
            defer { tasks.cancelAll() }
            return try await tasks.next() ?? nil
        }
        try Task.checkCancellation()
        switch end {
        case nil: throw SinkFailure("the program took longer than \(timeout.components.seconds) s")
        case .exited(0): return
        case .exited(let status): throw SinkFailure("the program ended with status \(status)")
        case .signaled(let signal): throw SinkFailure("the program was ended by signal \(signal)")
        }
    }

    private func run(reading input: FileDescriptor) async throws -> TerminationStatus {
        do {
            return try await Subprocess.run(
                .path(FilePath(arguments[0])), arguments: Arguments(Array(arguments.dropFirst())),
                environment: Self.environment, platformOptions: Self.options,
                input: .fileDescriptor(input, closeAfterSpawningProcess: true), output: .discarded, error: .discarded
            ).terminationStatus
        } catch let error as SubprocessError {
            try Task.checkCancellation()
            throw SinkFailure("the program cannot be started", detail: "\(arguments[0]): \(error.code)")
        }
    }

    /// A pipe that holds the whole message: writing to it can neither wait nor meet a reader that is gone.
    /// - Returns: its reading end.
    private static func filledPipe(_ bytes: [UInt8]) throws -> FileDescriptor {
        let ends: (readEnd: FileDescriptor, writeEnd: FileDescriptor)
        do {
            ends = try FileDescriptor.pipe(options: .closeOnExec)
        } catch {
            throw SinkFailure("no pipe for the program", detail: "\(error)")
        }
        defer { try? ends.writeEnd.close() }
        // Linux keeps 64 KiB in a pipe; a message is bounded by what a device may write of a patient, some KiB.
        guard fcntl(ends.writeEnd.rawValue, F_SETFL, O_NONBLOCK) == 0,
            (try? ends.writeEnd.writeAll(bytes)) == bytes.count
        else {
            try? ends.readEnd.close()
            throw SinkFailure("the message does not fit into a pipe")
        }
        return ends.readEnd
    }
}
