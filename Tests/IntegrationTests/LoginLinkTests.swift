import Foundation
import Testing

@Suite struct LoginLinkTests {
    @Test("a login link that an operator makes leads to the address at which the site has its console")
    func address() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "ecgnet-link-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        func run(_ arguments: String...) async throws -> String {
            let outcome = try await Program.run(arguments + ["--data", folder.path])
            try #require(outcome.status == 0, "\(outcome.errors)")
            return outcome.output
        }
        _ = try await run("user", "add", "li", "--role", "cardiologist", "--token-only")
        #expect(try await run("user", "link", "li").hasPrefix("http://127.0.0.1:"))
        try Data(#"{"console": "https://ecg.hospital.example/"}"#.utf8).write(
            to: folder.appending(path: "escalation.json"))
        #expect(try await run("user", "link", "li").hasPrefix("https://ecg.hospital.example/login#link="))
        #expect(
            try await run("user", "link", "li", "--console", "http://10.0.0.1").hasPrefix("http://10.0.0.1/login#link=")
        )
        try FileManager.default.removeItem(at: folder)
    }
}
