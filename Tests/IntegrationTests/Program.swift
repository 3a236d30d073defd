import Foundation
import Testing

/// The built `ecgnet`, run as a person runs it.
struct Program {
    struct Outcome {
        var status: Int32
        var output: String
        var errors: String
    }

    /// Beside the test bundle, where the build puts the package's programs.
    static let path = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        .appending(path: "ecgnet").path

    static let packageRoot = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Runs to the end and collects what was printed.
    static func run(
        _ arguments: [String], environment: [String: String] = [:], program: String = path, in folder: URL? = nil
    ) async throws -> Outcome {
        try await RunningProgram(arguments, environment: environment, program: program, in: folder).outcome()
    }
}

/// A program that goes on while the test does.
///
/// It prints into files, not pipes: other programs that tests start at the same time can inherit a pipe's end and keep it
/// open long after this one has ended.
final class RunningProgram: Sendable {
    let identifier: Int32
    private let folder: URL
    private let hasEnded = EndFlag()
    private let ended: Task<Int32, Never>

    init(
        _ arguments: [String], environment: [String: String] = [:], program: String = Program.path,
        in workingFolder: URL? = nil
    ) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "ecgnet-run-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for file in ["output", "errors"] {
            try Data().write(to: folder.appending(path: file))
        }
        let launched = try Launch(
            program: program, arguments: arguments,
            environment: ProcessInfo.processInfo.environment.merging(environment) { _, own in own },
            folder: workingFolder?.path, output: folder.appending(path: "output").path,
            errors: folder.appending(path: "errors").path)
        identifier = launched.identifier
        let hasEnded = hasEnded
        let (statuses, continuation) = AsyncStream.makeStream(of: Int32.self)
        Thread.detachNewThread {
            let status = launched.status()
            hasEnded.set()
            continuation.yield(status)
            continuation.finish()
        }
        ended = Task {
            for await status in statuses { return status }
            return -1
        }
    }

    deinit {
        // Nobody reads what a program of a finished test printed; a folder that cannot be removed does no harm.
        try? FileManager.default.removeItem(at: folder)
    }

    var isRunning: Bool { !hasEnded.isSet }

    func terminate() { kill(identifier, SIGTERM) }
    func killAtOnce() { kill(identifier, SIGKILL) }

    func outcome() async -> Program.Outcome {
        let status = await ended.value
        return Program.Outcome(status: status, output: outputSoFar, errors: errorsSoFar)
    }

    var outputSoFar: String { contents(of: "output") }
    var errorsSoFar: String { contents(of: "errors") }

    private func contents(of file: String) -> String {
        let data = FileManager.default.contents(atPath: folder.appending(path: file).path)
        return String(decoding: data ?? Data(), as: UTF8.self)
    }

    /// Waits until the program has printed `text` on standard output, or has ended.
    /// - Returns: whether it was printed.
    func printed(_ text: String) async throws -> Bool {
        try await appears(text) { self.outputSoFar }
    }

    /// The same on standard error.
    func complained(_ text: String) async throws -> Bool {
        try await appears(text) { self.errorsSoFar }
    }

    private func appears(_ text: String, in printed: () -> String) async throws -> Bool {
        while !printed().contains(text) {
            if !isRunning { return printed().contains(text) }
            try await Task.sleep(for: .milliseconds(5))
        }
        return true
    }
}
