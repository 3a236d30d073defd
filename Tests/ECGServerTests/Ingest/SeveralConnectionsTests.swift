import ECGDevice
import ECGModel
import ECGServer
import ECGStore
import ECGWire
import Testing

@Suite("A device that connects again goes on at once")
struct SeveralConnectionsTests {
    @Test(
        "the network forgot the first connection: the next one goes on at the exact sample, the first ends in its time")
    func halfOpen() async throws {
        let site = try IngestSite()
        let known = try await site.addDevice("known")
        let server = try await site.start()
        let network = try await ForgetfulNetwork(to: server.devices)
        let recording = try Recording.simulated("anterior-stemi")
        let older = try await TestDevice.connect(to: network.address, as: known, clock: site.clock)
        try await older.introduce()
        let channel = try await older.open(recording.header).channel
        try await older.sendBlocks(of: recording, upTo: 2000, on: channel)
        try await older.stored(2000, on: channel)
        network.forget()
        try await older.sendBlocks(of: recording, upTo: 2500, on: channel)

        let newer = try await server.connect(known)
        let opened = try await newer.open(recording.header)
        #expect(opened.storedSamples == 2000)
        try await newer.sendBlocks(of: recording, upTo: 5000, on: opened.channel)
        try await newer.close(opened.channel)
        #expect(try await site.waveform(of: recording.id) == recording.samples)
        #expect(try await site.alerts(of: recording.id).count == recording.expectedAlerts().count)

        site.clock.advance(seconds: WireLimits.default.idleSeconds + 1)
        try await network.serverHasClosed()
        #expect(older.acknowledgedSamples(of: recording.id) == 2000)
        try await network.stop()
        try await server.stop()
    }

    @Test(
        "of two connections that ask for a recording the later one keeps it, though the earlier one's opening takes longer"
    )
    func theLaterOpeningHolds() async throws {
        let site = try IngestSite()
        let known = try await site.addDevice("known")
        let (gate, opener) = AsyncStream.makeStream(of: Void.self)
        let (asked, asking) = AsyncStream.makeStream(of: Void.self)
        let isFirst = Mutexed(true)
        let server = try await site.start(over: { store in
            WatchedStore(
                store: store,
                openingRecording: { _ in
                    guard isFirst.value else { return }
                    isFirst.value = false
                    asking.yield()
                    for await _ in gate { break }
                })
        })
        let recording = try Recording.simulated()
        let earlier = try await server.connect(known)
        let later = try await server.connect(known)
        try await earlier.send(earlier.connection.open(recording.header).frame)
        for await _ in asked { break }

        let opened = try await later.open(recording.header)
        try await later.sendBlocks(of: recording, upTo: 2000, on: opened.channel)
        try await later.stored(2000, on: opened.channel)
        opener.yield()
        let answer = try await earlier.openedOrRefused()
        guard case .refused(_, _, let error) = answer else {
            Issue.record("\(answer)")
            return
        }
        #expect(error.code == .channelInUse)
        try await later.sendBlocks(of: recording, upTo: 5000, on: opened.channel)
        try await later.close(opened.channel)
        #expect(try await site.waveform(of: recording.id) == recording.samples)
        try await server.stop()
    }

    @Test("what a device asked for on a connection that it gave up arrives late, and takes nothing from the next one")
    func lateOpening() async throws {
        let site = try IngestSite()
        let known = try await site.addDevice("known")
        let server = try await site.start()
        let recording = try Recording.simulated("anterior-stemi")
        let givenUp = try await server.connect(known)
        let next = try await server.connect(known)
        let opened = try await next.open(recording.header)
        try await next.sendBlocks(of: recording, upTo: 2000, on: opened.channel)
        try await next.stored(2000, on: opened.channel)

        try await givenUp.send(givenUp.connection.open(recording.header).frame)
        #expect(try await givenUp.refusal().code == .channelInUse)
        try await next.sendBlocks(of: recording, upTo: 5000, on: opened.channel)
        try await next.close(opened.channel)
        #expect(try await site.waveform(of: recording.id) == recording.samples)
        try await server.stop()
    }

    @Test("a connection takes up again what a newer one had, once that has ended")
    func newerOneEnded() async throws {
        let site = try IngestSite()
        let known = try await site.addDevice("known")
        let server = try await site.start()
        let recording = try Recording.simulated()
        let older = try await server.connect(known)
        let newer = try await server.connect(known)
        let opened = try await newer.open(recording.header)
        try await newer.sendBlocks(of: recording, upTo: 2000, on: opened.channel)
        try await newer.stored(2000, on: opened.channel)
        try await newer.send(newer.connection.goodbye())
        _ = try await newer.end()
        try await older.upload(recording)
        #expect(try await site.waveform(of: recording.id) == recording.samples)
        try await server.stop()
    }

    @Test("a device has so many connections and no more; the oldest is told, the others go on")
    func tooMany() async throws {
        let site = try IngestSite()
        let known = try await site.addDevice("known")
        let neighbour = try await site.addDevice("neighbour")
        let server = try await site.start()
        let other = try await server.connect(neighbour)
        var devices: [TestDevice] = []
        for _ in 0..<5 { devices.append(try await server.connect(known)) }
        #expect(try await devices[0].end()?.code == .tooManyConnections)
        for device in devices.dropFirst() { try await device.pingPong() }
        try await other.pingPong()
        try await server.stop()
    }

    @Test("a device that is revoked while it sends is told and cut off, by whichever process that was done")
    func revokedWhileConnected() async throws {
        let site = try IngestSite()
        let stolen = try await site.addDevice("stolen")
        let healthy = try await site.addDevice("healthy")
        let server = try await site.start()
        let recording = try Recording.simulated()
        var thieves: [TestDevice] = []
        for _ in 0..<2 { thieves.append(try await server.connect(stolen)) }
        let device = try await server.connect(healthy)
        let channel = try await thieves[0].open(recording.header).channel
        try await thieves[0].sendBlocks(of: recording, upTo: 2000, on: channel)
        try await thieves[0].stored(2000, on: channel)

        try await site.witness.revokeDevice("stolen", at: site.clock.now)
        for thief in thieves { #expect(try await thief.end()?.code == .deviceRevoked) }
        #expect(try await site.storedSamples(of: recording.id) == 2000, "what was acknowledged stays")
        try await device.upload(.simulated(seed: 2))
        try await server.stop()
    }

    @Test("a connection that uploads for months remembers its last recordings only, and tells of the others when asked")
    func manyRecordings() async throws {
        let site = try IngestSite()
        let known = try await site.addDevice("known")
        var limits = IngestLimits()
        limits.openingsPerDevice = .init(burst: 1_000, perSecond: 1)
        let server = try await site.start(limits: limits)
        let device = try await server.connect(known)
        let infarct = try Recording.simulated("anterior-stemi")
        func timesTold() -> Int { device.alertStates(of: infarct.id).count { $0 == .raised } }
        try await device.upload(infarct)
        while timesTold() == 0 { try await device.wait { _ in true } }
        _ = try await device.open(infarct.header)
        try await device.pingPong()
        #expect(timesTold() == 1, "it is remembered")
        for seed in 0..<260 as Range<UInt64> { try await device.upload(.simulated(seed: seed, seconds: 1)) }
        _ = try await device.open(infarct.header)
        while timesTold() == 1 { try await device.wait { _ in true } }
        try await server.stop()
    }
}
