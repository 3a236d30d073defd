import Foundation
import Testing

@Suite("Bad input ends in good order")
struct BadInputTests {
    @Test("an unknown device and a wrong key are refused alike, in words")
    func strangers() async throws {
        let server = try await RunningServer.start()
        let other = server.folder.appending(path: "other")
        try FileManager.default.createDirectory(at: other, withIntermediateDirectories: true)
        var refusals: [String] = []
        for name in ["stranger", RunningServer.device] {
            let key = other.appending(path: "\(name).json").path
            let made = try await Program.run([
                "device", "add", name, "--clinic", "Elsewhere", "--key-file", key,
                "--data", other.appending(path: "data-\(name)").path,
                "--tls-certificate", "\(server.data)/tls/certificate.pem",
            ])
            try #require(made.status == 0, "\(made.errors)")
            let outcome = try await Program.run([
                "replay", MainJobTests.infarct, "--to", server.ingest, "--device", key, "--speed", "max",
            ])
            #expect(outcome.status == 1)
            #expect(!outcome.output.contains("stored 5000"))
            // What it says of the connection, a busy machine can make it say more of.
            let words = outcome.errors.split(separator: "\n").filter { $0.contains("regist") }.joined(separator: "\n")
            #expect(!words.isEmpty, "\(outcome.errors)")
            refusals.append(words.replacingOccurrences(of: name, with: "NAME"))
        }
        #expect(refusals[0] == refusals[1], "whoever guesses names must not learn which exist")
        #expect(try await server.alerts().isEmpty)
        try await server.tearDown()
    }

    @Test("a revoked device is refused")
    func revoked() async throws {
        let server = try await RunningServer.start()
        let revoked = try await Program.run(["device", "revoke", RunningServer.device, "--data", server.data])
        #expect(revoked.status == 0, "\(revoked.errors)")
        let outcome = await (try await server.replay(MainJobTests.infarct, "--speed", "max")).outcome()
        #expect(outcome.status == 1)
        try await server.tearDown()
    }

    @Test(
        "a file that is no ECG ends the command with its name and what is wrong",
        arguments: ["replay", "analyze"])
    func noRecording(command: String) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "ecgnet-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "holiday.hea")
        try Data((0..<4096).map { _ in UInt8.random(in: 0...255) }).write(to: file)
        let key = folder.appending(path: "device.json").path
        let made = try await Program.run([
            "device", "add", "d", "--clinic", "c", "--key-file", key, "--data", folder.appending(path: "data").path,
        ])
        try #require(made.status == 0, "\(made.errors)")
        let outcome = try await Program.run(
            [command, file.path] + (command == "replay" ? ["--device", key, "--to", "127.0.0.1:9"] : []))
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("holiday"))
        #expect(!outcome.errors.contains("Fatal"))
    }

    @Test("wrong use ends with 2 and says what is right")
    func wrongUse() async throws {
        for arguments in [
            ["simulate", "nonsense", "--out", "x"], ["replay"], ["--nonsense"], ["alerts", "report", "1"],
        ] {
            let outcome = try await Program.run(arguments)
            #expect(outcome.status == 2, "\(arguments): \(outcome.errors)")
            #expect(!outcome.errors.isEmpty)
        }
    }

    @Test("a server is not started where patient data would travel in the clear")
    func plaintextBeyondLoopback() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "ecgnet-test-\(UUID().uuidString)").path
        let outcome = try await Program.run(["serve", "--data", folder, "--listen", "0.0.0.0:0"])
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("--tls-certificate"))
        #expect(!FileManager.default.fileExists(atPath: folder))
    }

    @Test("garbage on the device port closes the connection and nothing else")
    func garbage() async throws {
        let server = try await RunningServer.start()
        for bytes in [[UInt8](repeating: 0, count: 64), Array("GET / HTTP/1.1\r\n\r\n".utf8), [0xFF]] {
            let answer = try RawConnection.exchange(bytes, with: server.ingest)
            #expect(answer.count < 4096)
        }
        let device = try await server.replay(MainJobTests.infarct, "--speed", "max")
        #expect(await device.outcome().status == 0)
        try await server.tearDown()
    }
}
