import ArgumentParser
import Testing

@testable import ecgnet

@Suite("Where commands find their server")
struct ServerAddressTests {
    @Test(
        "another machine is spoken to encrypted, or in so many words",
        arguments: [
            "http://10.0.0.5:7780", "http://ecg.example.org", "http://127.0.0.1.example.org", "http://[::2]:7780",
        ])
    func otherMachine(address: String) throws {
        #expect(throws: (any Error).self) { try ServerAddress.parse(["--server", address]) }
        _ = try ServerAddress.parse(["--server", address, "--allow-plaintext"])
        let encrypted = address.replacing("http:", with: "https:")
        _ = try ServerAddress.parse(["--server", encrypted])
    }

    @Test(
        "this machine needs no encryption",
        arguments: ["http://127.0.0.1:7780", "http://localhost", "http://[::1]:7780"])
    func thisMachine(address: String) throws {
        _ = try ServerAddress.parse(["--server", address])
    }
}
