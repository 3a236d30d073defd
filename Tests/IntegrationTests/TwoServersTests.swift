import Foundation
import Testing

@testable import ecgnet

@Suite("Two servers on one machine")
struct TwoServersTests {
    @Test(
        "on one data folder the second is refused and told what to do, the first goes on; after a crash nothing is in the way"
    )
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

    @Test("one whose address is taken ends at once, names it, and says nothing of what it could not do then")
    func takenAddress() async throws {
        let server = try await RunningServer.start()
        let free = "127.0.0.1:\(try FreePorts.take(1)[0])"
        for (listen, http, option) in [(server.ingest, free, "--listen"), (free, server.http, "--http")] {
            let data = server.folder.appending(path: "other-\(option)").path
            let second = try await Program.run(
                ["serve", "--data", data, "--listen", listen, "--http", http, "--log-level", "warning"])
            #expect(second.status == 1)
            let taken = option == "--http" ? http : listen
            #expect(
                second.errors.contains("cannot listen on \(taken) (\(option)): another program does"),
                "\(second.errors)")
            #expect(!second.errors.contains("error=Cancellation"), "\(second.errors)")
        }
        try await server.tearDown()
    }
}
