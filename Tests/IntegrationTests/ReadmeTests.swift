import ECGModel
import ECGStore
import Foundation
import Testing

@testable import ecgnet

/// The commands that the documentation shows are run as they stand.
@Suite("What the README shows works")
struct ReadmeTests {
    /// Lines of the README's shell blocks that build or test the package itself, which is done already when this runs;
    /// `.ci/run` and ``demonstration()`` run them.
    static let builds = ["bash deploy/demo", "bash deploy/test", "swift build", "export PATH="]

    @Test("every command of the README, in order, in a fresh folder")
    func commands() async throws {
        let readme = try String(contentsOf: Program.packageRoot.appending(path: "README.md"), encoding: .utf8)
        let commands = Self.shellBlocks(of: readme).joined(separator: "\n").split(separator: "\n")
            .filter { !Self.networkServers.contains(String($0)) }
            .filter { line in !Self.builds.contains { line.hasPrefix($0) } }
        try #require(commands.count >= 8)

        let folder = FileManager.default.temporaryDirectory.appending(path: "ecgnet-readme-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for name in ["testdata", "deploy"] {
            try FileManager.default.createSymbolicLink(
                at: folder.appending(path: name), withDestinationURL: Program.packageRoot.appending(path: name))
        }
        let ports = try FreePorts.take(2)
        let settings = folder.appending(path: "ports.json")
        try Data(
            #"{"listen": "127.0.0.1:\#(ports[0])", "http": "127.0.0.1:\#(ports[1])"}"#.utf8
        ).write(to: settings)

        // The README's server has the standard ports, which may be in use here; the address is all that is changed.
        // A person waits for the server and for the alert before typing on; the script says so in as many words.
        let script = commands.map { line -> String in
            let line = String(line)
            switch line {
            case "ecgnet serve &":
                return "ecgnet serve --config '\(settings.path)' & server=$!; ecgnet alerts wait-ready --seconds 900"
            case _ where line.hasPrefix("ecgnet replay"):
                return line.replacingOccurrences(
                    of: "ecgnet replay", with: "ecgnet replay --to 127.0.0.1:\(ports[0])") + " device=$!"
            case "ecgnet alerts list":
                return "until [ -n \"$(ecgnet alerts list --tsv)\" ]; do sleep 0.1; done; ecgnet alerts list"
            default:
                return line
            }
        }
        let all = (["set -euo pipefail"] + script + ["wait $device", "kill -TERM $server", "wait $server"])
            .joined(separator: "\n")
        let programs = URL(filePath: Program.path).deletingLastPathComponent().path
        let outcome = try await Program.run(
            ["-c", all],
            environment: [
                "PATH": "\(programs):\(ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")",
                "ECGNET_SERVER": "http://127.0.0.1:\(ports[1])",
            ], program: "/bin/bash", in: folder)
        #expect(outcome.status == 0, "\(outcome.output)\n\(outcome.errors)")
        #expect(outcome.output.contains("report by li: Inferior infarct."), "the device is told the report")
        #expect(FileManager.default.fileExists(atPath: folder.appending(path: "anterior.svg").path))
        let backup = try SQLiteStore(directory: folder.appending(path: "backup").path)
        let saved = try await backup.alerts(AlertQuery(states: [.reported]))
        #expect(saved.count == 1, "the copy knows the report")
        try await backup.close()
    }

    /// The servers that a county runs, which listen where others can reach them; ``onANetwork()`` runs them.
    static let networkServers = [
        "ecgnet serve --listen 0.0.0.0:7700 --own-certificate",
        "ecgnet serve --listen 0.0.0.0:7700 --tls-certificate chain.pem --tls-key key.pem",
    ]

    @Test("the servers of the README that others can reach take devices that know them, and read a renewed certificate")
    func onANetwork() async throws {
        let readme = try String(contentsOf: Program.packageRoot.appending(path: "README.md"), encoding: .utf8)
        let folder = FileManager.default.temporaryDirectory.appending(path: "ecgnet-network-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createSymbolicLink(
            at: folder.appending(path: "testdata"),
            withDestinationURL: Program.packageRoot.appending(path: "testdata"))
        for (command, add) in zip(Self.networkServers, ["", " --tls-certificate chain.pem"]) {
            try #require(readme.contains("\n\(command)\n"), "the README shows: \(command)")
            let ports = try FreePorts.take(2)
            let serve = command.replacingOccurrences(of: ":7700", with: ":\(ports[0])")
            let makeCertificate = """
                openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=test \
                    -keyout key.pem -out chain.pem 2>openssl.txt
                """
            // Renewed with the same key, as the README advises: the device that trusts the key goes on.
            let script = """
                set -euo pipefail
                \(makeCertificate)
                ecgnet device add clinic --clinic C --key-file device-\(ports[0]).json --data \(ports[0])\(add)
                \(serve) --data \(ports[0]) --http 127.0.0.1:\(ports[1]) 2>log & server=$!
                trap 'kill $server 2>/dev/null || true' EXIT
                replay="ecgnet replay testdata/normal --to 127.0.0.1:\(ports[0]) --device device-\(ports[0]).json --speed max"
                $replay
                cp chain.pem old.pem
                openssl req -x509 -key key.pem -days 60 -subj /CN=renewed -out chain.pem 2>openssl.txt
                kill -HUP $server
                $replay
                kill -TERM $server
                wait $server
                """
            let programs = URL(filePath: Program.path).deletingLastPathComponent().path
            let outcome = try await Program.run(
                ["-c", script],
                environment: [
                    "PATH": "\(programs):\(ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")"
                ], program: "/bin/bash", in: folder)
            #expect(outcome.status == 0, "\(outcome.output)\n\(outcome.errors)")
        }
    }

    @Test("the demonstration raises exactly the alerts that testdata promises")
    func demonstration() async throws {
        let ports = try FreePorts.take(2)
        let outcome = try await Program.run(
            ["deploy/demo", "--once"],
            environment: [
                "ECGNET": Program.path, "ECGNET_DEMO_PORT": "\(ports[0])", "ECGNET_DEMO_HTTP_PORT": "\(ports[1])",
            ], program: "/bin/bash", in: Program.packageRoot)
        #expect(outcome.status == 0, "\(outcome.output)\n\(outcome.errors)")
    }

    @Test("the picture in the README is what the program draws")
    func picture() async throws {
        let drawn = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).svg")
        defer { try? FileManager.default.removeItem(at: drawn) }
        let record = Program.packageRoot.appending(path: "testdata/inferior-stemi")
        let outcome = try await Program.run(["draw", record.path, "--out", drawn.path])
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try Data(contentsOf: drawn) == Data(contentsOf: record.appendingPathExtension("svg")))
    }

    /// A page of documentation that loads fast on a clinic's line.
    private static let pictureBytes = 200 * 1024

    @Test("the pictures of the console are those that the command in Tests/README.md takes, and small")
    func consolePictures() throws {
        let readme = try String(contentsOf: Program.packageRoot.appending(path: "README.md"), encoding: .utf8)
        let shown = Set(readme.matches(of: /\(testdata\/console\/([a-z-]+)\.webp\)/).map { String($0.1) })
        #expect(shown.count >= 4)
        let folder = Program.packageRoot.appending(path: "testdata/console")
        let kept = Set(
            try FileManager.default.contentsOfDirectory(atPath: folder.path).map {
                String($0.prefix { $0 != "." })
            })
        #expect(kept == shown)
        for name in shown {
            let size = try Data(contentsOf: folder.appending(path: "\(name).webp")).count
            #expect(size < Self.pictureBytes, "\(name)")
        }
        // The tests that the command names keep these, and no others.
        let tests = Program.packageRoot.appending(path: "Tests/IntegrationTests/Console")
        var taken: Set<String> = []
        for (file, function) in [
            ("ConsoleTests.swift", "wholeWay"), ("ConsoleTests.swift", "phone"), ("PagesTests+County.swift", "county"),
        ] {
            let source = try String(contentsOf: tests.appending(path: file), encoding: .utf8)
            let start = try #require(source.range(of: "func \(function)()"))
            let rest = source[start.upperBound...]
            let body = rest[..<(rest.range(of: "\n    }\n")?.lowerBound ?? rest.endIndex)]
            taken.formUnion(body.matches(of: /keepPicture\("([a-z-]+)"\)/).map { String($0.1) })
        }
        #expect(taken == shown)
    }

    /// The text of all blocks fenced as `sh`.
    private static func shellBlocks(of markdown: String) -> [String] {
        var blocks: [String] = []
        var inside = false
        for line in markdown.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("```") {
                inside = line == "```sh"
                if inside { blocks.append("") }
            } else if inside {
                blocks[blocks.count - 1] += line + "\n"
            }
        }
        return blocks
    }
}
