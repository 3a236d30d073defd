import Foundation
import Subprocess
import Synchronization
import SystemPackage
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

    /// Returns once the program runs.
    init(
        _ arguments: [String], environment: [String: String] = [:], program: String = Program.path,
        in workingFolder: URL? = nil
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "ecgnet-run-\(UUID().uuidString)")
        self.folder = folder
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let files = try ["output", "errors"].map {
            try FileDescriptor.open(
                FilePath(folder.appending(path: $0).path), .writeOnly, options: [.create, .closeOnExec],
                permissions: .ownerReadWrite)
        }
        let configuration = Configuration(
            executable: .path(FilePath(program)), arguments: Arguments(arguments),
            environment: .inherit.updating(
                Dictionary(uniqueKeysWithValues: environment.map { (Environment.Key(rawValue: $0)!, $1) })),
            workingDirectory: workingFolder.map { FilePath($0.path) })
        let hasEnded = hasEnded
        let (starts, started) = AsyncThrowingStream.makeStream(of: Int32.self)
        ended = Task {
            do {
                let result = try await Subprocess.run(
                    configuration, input: .none, output: .fileDescriptor(files[0], closeAfterSpawningProcess: true),
                    error: .fileDescriptor(files[1], closeAfterSpawningProcess: true)
                ) { execution in
                    started.yield(execution.processIdentifier.value)
                }
                hasEnded.set()
                switch result.terminationStatus {
                case .exited(let status), .signaled(let status): return status
                }
            } catch {
                started.finish(throwing: error)
                hasEnded.set()
                return -1
            }
        }
        var start = starts.makeAsyncIterator()
        identifier = try #require(try await start.next())
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

/// Set once, seen by all.
private final class EndFlag: Sendable {
    private let flag = Atomic(false)
    var isSet: Bool { flag.load(ordering: .acquiring) }
    func set() { flag.store(true, ordering: .releasing) }
}
