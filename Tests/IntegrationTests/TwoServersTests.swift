import Testing

@testable import ecgnet

@Suite("Two servers on one data folder")
struct TwoServersTests {
    @Test("the second is refused and told what to do, the first goes on; after a crash nothing is in the way")
    func second() async throws {
        let server = try await RunningServer.start()
        let ports = try FreePorts.take(2)
        let arguments = [
            "serve", "--data", server.data, "--listen", "127.0.0.1:\(ports[0])", "--http", "127.0.0.1:\(ports[1])",
        ]
        let second = try await Program.run(arguments)
        #expect(second.status == 1)
        #expect(second.errors.contains("another server runs on the data folder"), "\(second.errors)")
        // Commands beside the server are no servers.
        let list = try await Program.run(["device", "list", "--data", server.data])
        #expect(list.status == 0, "\(list.errors)")
        let sent = try await server.replay(MainJobTests.infarct, "--speed", "max").outcome()
        #expect(sent.status == 0, "\(sent.errors)")
        await server.killAtOnce()
        try await server.startAgain()
        _ = try await server.onlyAlert()
        try await server.tearDown()
    }
}
