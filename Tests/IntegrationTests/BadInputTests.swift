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

    @Test("a wrong data folder is named, not made; what is not registered leaves no key behind")
    func wrongFolder() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "ecgnet-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let wrong = folder.appending(path: "elsewhere").path
        for command in [
            ["device", "list"], ["device", "revoke", "d"], ["user", "list"], ["user", "token", "reader"],
        ] {
            let outcome = try await Program.run(command + ["--data", wrong])
            #expect(outcome.status == 1 && outcome.errors.contains(wrong), "\(command): \(outcome.errors)")
            #expect(!FileManager.default.fileExists(atPath: wrong))
        }
        let data = folder.appending(path: "data").path
        func add(_ name: String, clinic: String = "c", key: String) async throws -> Program.Outcome {
            try await Program.run([
                "device", "add", name, "--clinic", clinic, "--key-file", folder.appending(path: key).path, "--data",
                data,
            ])
        }
        let first = try await add("d", key: "first.json")
        #expect(first.status == 0 && first.errors.contains("a new data folder is made: \(data)"), "\(first.errors)")
        let again = try await add("d", key: "second.json")
        #expect(again.status == 1 && again.errors.contains("exists already"), "\(again.errors)")
        for clinic in ["", "two\nlines", String(repeating: "x", count: 129)] {
            #expect(try await add("e", clinic: clinic, key: "third.json").status == 2)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["data", "first.json"])
        try FileManager.default.removeItem(at: folder)
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

    @Test("what may be wrong with a record without gains, or with damaged counts, is said, and no guess is sent")
    func doubtfulRecords() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "ecgnet-test-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let made = try await Program.run(["simulate", "normal", "--seconds", "10", "--out", folder.path])
        try #require(made.status == 0, "\(made.errors)")
        let header = folder.appending(path: "normal.hea")
        let text = try String(contentsOf: header, encoding: .utf8)
        let record = folder.appending(path: "normal").path
        let sound = try await Program.run(["analyze", record])
        #expect(sound.status == 0 && !sound.errors.contains("checksum") && !sound.errors.contains("gain"))

        let counts = folder.appending(path: "normal.dat")
        var bytes = try Data(contentsOf: counts)
        bytes[bytes.startIndex] ^= 1
        try bytes.write(to: counts)
        let damaged = try await Program.run(["analyze", record])
        #expect(damaged.status == 0 && damaged.errors.contains("signal 1 does not sum up"), "\(damaged.errors)")

        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            guard line.hasPrefix("normal.dat") else { return String(line) }
            var fields = line.split(separator: " ").map(String.init)
            fields[2] = "0"
            return fields.joined(separator: " ")
        }
        try lines.joined(separator: "\n").write(to: header, atomically: true, encoding: .utf8)
        let key = folder.appending(path: "device.json").path
        let device = try await Program.run([
            "device", "add", "d", "--clinic", "c", "--key-file", key, "--data", folder.appending(path: "data").path,
        ])
        try #require(device.status == 0, "\(device.errors)")
        for arguments in [
            ["analyze", record], ["draw", record, "--out", folder.appending(path: "normal.svg").path],
            ["replay", record, "--device", key, "--to", "127.0.0.1:9"],
        ] {
            let outcome = try await Program.run(arguments)
            #expect(outcome.errors.contains("no gain for I, II, III"), "\(arguments[0]): \(outcome.errors)")
            #expect(outcome.status == (arguments[0] == "replay" ? 1 : 0))
            #expect(outcome.errors.contains("--uncalibrated") == (arguments[0] == "replay"))
        }

        let rateless = text.replacing(/^(\S+ \d+) .*/, with: { $0.1 })
        try #require(rateless != text)
        try rateless.write(to: header, atomically: true, encoding: .utf8)
        for arguments in [["analyze", record], ["replay", record, "--device", key, "--to", "127.0.0.1:9"]] {
            let outcome = try await Program.run(arguments)
            #expect(outcome.errors.contains("gives no sampling rate"), "\(arguments[0]): \(outcome.errors)")
            #expect(outcome.status == (arguments[0] == "replay" ? 1 : 0))
            #expect(outcome.errors.contains("--uncalibrated") == (arguments[0] == "replay"))
        }
    }

    @Test("a file of another format, a table that cannot be read and a folder that is not there are told in a sentence")
    func sentences() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "ecgnet-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let made = try await Program.run(["simulate", "normal", "--seconds", "10", "--out", folder.path])
        try #require(made.status == 0, "\(made.errors)")
        let record = folder.appending(path: "normal").path
        let scp = folder.appending(path: "x.scp").path
        let broken = folder.appending(path: "broken.json").path
        let table = folder.appending(path: "table.json").path
        let missing = folder.appending(path: "missing/x").path
        for (file, text) in [(scp, "x"), (broken, "{\"version\":"), (table, "{\"version\":\"x\"}")] {
            try Data(text.utf8).write(to: URL(filePath: file))
        }
        for (arguments, sentence) in [
            (["analyze", scp], "only WFDB records are read"),
            (["analyze", record, "--rules", missing], "it cannot be read"),
            (["analyze", record, "--rules", broken], "is not valid JSON"),
            (["analyze", record, "--rules", table], "the field 'evidence' is missing"),
            (["draw", record, "--out", missing], "cannot be written"),
        ] {
            let outcome = try await Program.run(arguments)
            #expect(outcome.status == 1 && outcome.errors.contains(sentence), "\(arguments): \(outcome.errors)")
            #expect(!outcome.errors.contains("Error Domain") && !outcome.errors.contains("DecodingError"))
        }
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
