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
    static let path: String = {
        let bundle = URL(filePath: ProcessInfo.processInfo.arguments[0]).resolvingSymlinksInPath()
        let candidates = [
            URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent(),
            bundle.deletingLastPathComponent(),
        ].map { $0.appending(path: "ecgnet").path }
        return candidates.first(where: FileManager.default.isExecutableFile(atPath:)) ?? candidates[0]
    }()

    static let packageRoot = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Runs to the end and collects what was printed.
    static func run(
        _ arguments: [String], environment: [String: String] = [:], input: String = "", program: String = path,
        in folder: URL? = nil
    ) async throws -> Outcome {
        let running = try RunningProgram(arguments, environment: environment, program: program, in: folder)
        running.write(input)
        return await running.outcome()
    }
}

/// A program that goes on while the test does.
final class RunningProgram: Sendable {
    private let process: Process
    private let input = Pipe()
    private let output: Collector
    private let errors: Collector
    private let ended: Task<Int32, Never>

    init(
        _ arguments: [String], environment: [String: String] = [:], program: String = Program.path,
        in folder: URL? = nil
    ) throws {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, own in own }
        if let folder { process.currentDirectoryURL = folder }
        let outputPipe = Pipe()
        let errorPipe = Pipe()
        process.standardInput = input
        process.standardOutput = outputPipe
        process.standardError = errorPipe
        let (statuses, continuation) = AsyncStream.makeStream(of: Int32.self)
        process.terminationHandler = {
            continuation.yield($0.terminationStatus)
            continuation.finish()
        }
        try process.run()
        self.process = process
        output = Collector(outputPipe)
        errors = Collector(errorPipe)
        ended = Task {
            for await status in statuses { return status }
            return -1
        }
    }

    var identifier: Int32 { process.processIdentifier }

    func write(_ text: String) {
        input.fileHandleForWriting.write(Data(text.utf8))
        input.fileHandleForWriting.closeFile()
    }

    func terminate() { kill(identifier, SIGTERM) }
    func killAtOnce() { kill(identifier, SIGKILL) }

    func outcome() async -> Program.Outcome {
        let status = await ended.value
        return Program.Outcome(status: status, output: await output.all(), errors: await errors.all())
    }

    var outputSoFar: String { output.soFar }
    var errorsSoFar: String { errors.soFar }

    /// Waits until the program has printed `text` on standard output, or has ended.
    /// - Returns: whether it was printed.
    func printed(_ text: String) async throws -> Bool {
        while !outputSoFar.contains(text) {
            if !process.isRunning {
                _ = await output.all()
                return outputSoFar.contains(text)
            }
            try await Task.sleep(for: .milliseconds(5))
        }
        return true
    }
}
