import Foundation
import Testing

@testable import ecgnet

/// A server process of the test's own, with its own data folder on free loopback ports, a device and a reader.
final class RunningServer: Sendable {
    let folder: URL
    let ingest: String
    let http: String
    let readerToken: String
    /// Where the server runs, if not in the network of the tests.
    private let network: NetworkNamespace?
    private let process: Box

    /// The process changes when the server is started again.
    private final class Box: Sendable {
        private let current: Mutexed<RunningProgram>
        init(_ process: RunningProgram) { current = Mutexed(process) }
        var value: RunningProgram {
            get { current.value }
            set { current.value = newValue }
        }
    }

    static let device = "test-device"

    var data: String { folder.appending(path: "data").path }
    var deviceFile: String { folder.appending(path: "device.json").path }
    var readerEnvironment: [String: String] { ["ECGNET_SERVER": "http://\(http)", "ECGNET_TOKEN": readerToken] }

    /// Registers a device and a cardiologist, starts the server and waits until it answers.
    ///
    /// - Parameters:
    ///   - link: Runs the server at one end of it; the device is to be run at the other.
    ///   - settings: The site's, as its file holds them.
    static func start(behind link: WeakLink? = nil, settings: String? = nil) async throws -> RunningServer {
        let folder = FileManager.default.temporaryDirectory.appending(path: "ecgnet-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let data = folder.appending(path: "data").path
        let key = folder.appending(path: "device.json").path
        for arguments in [
            ["device", "add", device, "--clinic", "Test clinic", "--key-file", key, "--data", data],
            ["user", "add", "reader", "--role", "cardiologist", "--token-only", "--data", data],
        ] {
            let outcome = try await Program.run(arguments)
            try #require(outcome.status == 0, "\(arguments): \(outcome.errors)")
        }
        let token = try await Program.run(["user", "token", "reader", "--data", data])
        try #require(token.status == 0, "\(token.errors)")
        if let settings { try Data(settings.utf8).write(to: URL(filePath: "\(data)/escalation.json")) }
        let ports = try FreePorts.take(2)
        let server = try await RunningServer(
            folder: folder, ingest: "\(link == nil ? "127.0.0.1" : WeakLink.serverAddress):\(ports[0])",
            http: "127.0.0.1:\(ports[1])",
            readerToken: token.output.trimmingCharacters(in: .whitespacesAndNewlines), network: link?.server)
        try await server.waitUntilReady()
        return server
    }

    /// Another cardiologist; what the commands need to act as them.
    func addReader(_ name: String) async throws -> [String: String] {
        let added = try await Program.run(
            ["user", "add", name, "--role", "cardiologist", "--token-only", "--data", data])
        try #require(added.status == 0, "\(added.errors)")
        let token = try await Program.run(["user", "token", name, "--data", data])
        try #require(token.status == 0, "\(token.errors)")
        return readerEnvironment.merging([
            "ECGNET_TOKEN": token.output.trimmingCharacters(in: .whitespacesAndNewlines)
        ]) { $1 }
    }

    private init(
        folder: URL, ingest: String, http: String, readerToken: String, network: NetworkNamespace?
    ) async throws {
        self.folder = folder
        self.ingest = ingest
        self.http = http
        self.readerToken = readerToken
        self.network = network
        process = Box(try await Self.launch(folder: folder, ingest: ingest, http: http, in: network))
    }

    private static func launch(
        folder: URL, ingest: String, http: String, in network: NetworkNamespace?
    ) async throws -> RunningProgram {
        let arguments = ["serve", "--data", folder.appending(path: "data").path, "--listen", ingest, "--http", http]
        guard let network else { return try await RunningProgram(arguments) }
        let command = network.command(Program.path, arguments + ["--own-certificate"])
        return try await RunningProgram(command.arguments, program: command.program)
    }

    /// Starts the server again after it has ended.
    func startAgain() async throws {
        process.value = try await Self.launch(folder: folder, ingest: ingest, http: http, in: network)
        try await waitUntilReady()
    }

    func killAtOnce() async {
        process.value.killAtOnce()
        _ = await process.value.outcome()
    }

    /// Stops as an operator does.
    func stop() async -> Program.Outcome {
        process.value.terminate()
        return await process.value.outcome()
    }

    /// Stops, and removes everything.
    func tearDown() async throws {
        _ = await stop()
        try FileManager.default.removeItem(at: folder)
    }

    func ecgnet(_ arguments: String...) async throws -> Program.Outcome {
        guard let network else { return try await Program.run(arguments, environment: readerEnvironment) }
        let command = network.command(Program.path, arguments)
        return try await Program.run(command.arguments, environment: readerEnvironment, program: command.program)
    }

    /// A device of the clinic that goes on while the test does.
    func replay(_ arguments: String...) async throws -> RunningProgram {
        try await RunningProgram(["replay", "--to", ingest, "--device", deviceFile] + arguments)
    }

    /// The same at the far end of a link.
    func replay(over link: WeakLink, _ arguments: String...) async throws -> RunningProgram {
        let command = link.device.command(
            Program.path, ["replay", "--to", ingest, "--device", deviceFile] + arguments)
        return try await RunningProgram(command.arguments, program: command.program)
    }

    private func waitUntilReady() async throws {
        let ready = try await ecgnet("alerts", "wait-ready", "--seconds", "900")
        try #require(ready.status == 0, "\(ready.errors)\n\(process.value.errorsSoFar)")
    }

    var logSoFar: String { process.value.errorsSoFar }
}
