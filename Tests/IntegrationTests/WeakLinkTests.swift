import Foundation
import Testing

/// A server in one network, a device in another, and a bad link between them.
@Suite(
    "Nothing is lost or doubled over a bad link", .enabled(if: WeakLink.obstacle == nil, "\(WeakLink.obstacle ?? "")"))
struct WeakLinkTests {
    /// In the end the recording is there bit for bit, and one alert.
    private static func expectStored(_ server: RunningServer) async throws {
        let alert = try await server.onlyAlert()
        try await server.expectExport(of: alert.recording, toEqual: MainJobTests.infarct)
    }

    @Test("delay, jitter, loss, doubled and reordered packets at 20 kbit/s")
    func weak() async throws {
        let link = try await WeakLink.start(.weak)
        let server = try await RunningServer.start(behind: link)
        let device = try await server.replay(over: link, MainJobTests.infarct, "--speed", "max")
        let end = await device.outcome()
        #expect(end.status == 0, "\(end.errors)")
        try await Self.expectStored(server)
        try await server.tearDown()
        link.end()
    }

    @Test("a recording that is being taken just fits on a weak link")
    func live() async throws {
        let link = try await WeakLink.start(.weak, seed: 7)
        let server = try await RunningServer.start(behind: link)
        let device = try await server.replay(over: link, MainJobTests.infarct, "--speed", "1")
        let end = await device.outcome()
        #expect(end.status == 0, "\(end.errors)")
        try await Self.expectStored(server)
        try await server.tearDown()
        link.end()
    }

    /// What may happen in the middle of an upload.
    enum Mishap: String, CaseIterable {
        case silence, interfaceDown, forgottenByTranslator, anotherAddress, serverKilled
    }

    @Test("the link fails in the middle, and the device resumes", arguments: Mishap.allCases)
    func mishap(_ mishap: Mishap) async throws {
        let link = try await WeakLink.start(.stopping)
        let server = try await RunningServer.start(behind: link)
        let device = try await server.replay(over: link, MainJobTests.infarct, "--speed", "2")
        try #require(try await device.printed(MainJobTests.someStored), "\(device.errorsSoFar)")
        switch mishap {
        case .silence:
            link.change { $0.isCut = true }
            try #require(try await device.complained("the server does not answer"))
            link.change { $0.isCut = false }
        case .interfaceDown:
            try await link.device.ip("link", "set", NetworkNamespace.interface, "down")
            try #require(try await device.complained("not connected since"))
            try await link.device.ip("link", "set", NetworkNamespace.interface, "up")
        case .forgottenByTranslator:
            link.forgetConnections()
        case .anotherAddress:
            let other = "10.77.0.3/24"
            try await link.device.ip("address", "add", other, "dev", NetworkNamespace.interface)
            let old = "\(WeakLink.deviceAddress)/24"
            try await link.device.ip("address", "del", old, "dev", NetworkNamespace.interface)
            // The kernel takes other addresses of the same network away with the first.
            try await link.device.ip("address", "replace", other, "dev", NetworkNamespace.interface)
        case .serverKilled:
            await server.killAtOnce()
            try await server.startAgain()
        }
        // The link goes on only now: what the device's kernel still holds for the connection that it gave up could else
        // arrive before the new one, and there would be nothing to resume.
        try #require(try await device.printed("resumed after"), "\(device.outputSoFar)\(device.errorsSoFar)")
        link.change { $0 = .slow }
        let end = await device.outcome()
        #expect(end.status == 0, "\(end.errors)")
        try await Self.expectStored(server)
        try await server.tearDown()
        link.end()
    }

    @Test("the device loses its power in the middle, twice, and goes on from its outbox")
    func deviceKilled() async throws {
        let link = try await WeakLink.start(.stopping)
        let server = try await RunningServer.start(behind: link)
        let outbox = server.folder.appending(path: "outbox").path
        // While it records: the same command goes on with the recording.
        let first = try await server.replay(over: link, MainJobTests.infarct, "--speed", "2", "--outbox", outbox)
        try #require(try await first.printed(MainJobTests.someStored), "\(first.errorsSoFar)")
        first.killAtOnce()
        _ = await first.outcome()
        let second = try await server.replay(over: link, MainJobTests.infarct, "--speed", "max", "--outbox", outbox)
        try #require(try await second.printed("resumed after"), "\(second.errorsSoFar)")
        second.killAtOnce()
        _ = await second.outcome()
        link.change { $0 = .slow }
        // When all is recorded: the outbox is enough.
        let third = try await server.replay(over: link, "--outbox", outbox)
        let end = await third.outcome()
        #expect(end.status == 0, "\(end.errors)")
        #expect(end.output.contains("resumed after"))
        try await Self.expectStored(server)
        #expect(try FileManager.default.contentsOfDirectory(atPath: outbox) == ["lock"])
        try await server.tearDown()
        link.end()
    }
}
