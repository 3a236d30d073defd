import ECGDevice
import ECGModel
import ECGServer
import ECGStore
import ECGWire
import NIOCore
import Testing

@Suite("Nobody takes the server from the others")
struct SharesTests {
    @Test("behind an address where many proofs fail, devices that prove themselves are taken as ever")
    func neighboursOfAnAttacker() async throws {
        let site = try IngestSite()
        let known = try await site.addDevice("known")
        var limits = IngestLimits()
        limits.failedProofsPerAddress = .init(burst: 3, perSecond: 0.001)
        limits.longestRefusalDelay = .milliseconds(200)
        let server = try await site.start(limits: limits)
        for number in 0..<8 {
            // With the device's own name too: nothing is counted by a name that is merely claimed.
            let name = number.isMultiple(of: 2) ? "known" : "nobody-\(number)"
            let stranger = try await TestDevice.connect(
                to: server.devices, as: DeviceIdentity.generate(id: name), clock: site.clock)
            await #expect(throws: TestDevice.Ended.self) { try await stranger.introduce() }
            #expect(stranger.finalError?.code == .authenticationFailed)
        }
        let device = try await server.connect(known)
        try await device.upload(.simulated())
        try await server.stop()
    }

    @Test("a device that connects in a loop is told to wait, and may come again later")
    func connectsInALoop() async throws {
        let site = try IngestSite()
        let known = try await site.addDevice("known")
        let other = try await site.addDevice("other")
        var limits = IngestLimits()
        limits.proofsPerDevice = .init(burst: 3, perSecond: 0.1)
        let server = try await site.start(limits: limits)
        for _ in 0..<3 { try await server.connect(known).vanish() }
        let refused = try await TestDevice.connect(to: server.devices, as: known, clock: site.clock)
        await #expect(throws: TestDevice.Ended.self) { try await refused.introduce() }
        #expect(refused.finalError?.code == .overloaded)
        #expect(refused.finalError?.retryAfterSeconds != nil)
        try await server.connect(other).upload(.simulated())
        site.clock.advance(seconds: 11)
        try await server.connect(known).upload(.simulated())
        try await server.stop()
    }

    @Test("openings in a loop are refused for a while; the recordings that are open go on")
    func opensInALoop() async throws {
        let site = try IngestSite()
        let known = try await site.addDevice("known")
        var limits = IngestLimits()
        limits.openingsPerDevice = .init(burst: 2, perSecond: 0.1)
        let server = try await site.start(limits: limits)
        let device = try await server.connect(known)
        let recording = try Recording.simulated()
        let channel = try await device.open(recording.header).channel
        try await device.upload(.simulated(seed: 2))
        let third = try Recording.simulated(seed: 3)
        try await device.send(device.connection.open(third.header).frame)
        #expect(try await device.refusal().code == .overloaded)
        try await device.sendBlocks(of: recording, upTo: recording.samples.count, on: channel)
        try await device.close(channel)
        site.clock.advance(seconds: 11)
        try await device.upload(third)
        try await server.stop()
    }

    @Test("a device that sends faster than its share is slowed down and loses nothing, and is not taken for silent")
    func sendsTooFast() async throws {
        let site = try IngestSite()
        let known = try await site.addDevice("known")
        var limits = IngestLimits()
        limits.bytesPerDevice = .init(burst: 4_000, perSecond: 20_000)
        limits.longestPause = .milliseconds(100)
        let server = try await site.start(limits: limits)
        let device = try await server.connect(known)
        let recording = try Recording.simulated(seconds: 60)
        try await device.upload(recording)
        #expect(try await site.waveform(of: recording.id) == recording.samples)
        try await server.stop()
    }

    @Test("a flat line, which compresses to nothing, costs its device what it is worth to analyse")
    func flatLine() async throws {
        let site = try IngestSite()
        let known = try await site.addDevice("known")
        let neighbour = try await site.addDevice("neighbour")
        var limits = IngestLimits()
        // Room for two of the blocks and a part of the third; the debt is not paid while the test runs.
        limits.bytesPerDevice = .init(burst: 40_000, perSecond: 0.001)
        limits.longestPause = .seconds(3600)
        let server = try await site.start(limits: limits)
        let header = try Recording.simulated().header
        let device = try await server.connect(known)
        let channel = try await device.open(header).channel
        let samplesPerBlock = 10_000
        let flat = Samples(
            channelCount: header.channels.count,
            counts: Array(repeating: 7, count: samplesPerBlock * header.channels.count))
        let encoder = BlockEncoder(channels: header.channels)
        for number in 0..<8 {
            let payload = encoder.encode(flat, firstSample: number * samplesPerBlock)
            #expect(payload.readableBytes < 1_000)
            try await device.send(device.connection.block(payload, on: channel))
        }
        try await device.stored(3 * samplesPerBlock, on: channel)
        try await server.connect(neighbour).upload(.simulated())
        #expect(try await site.storedSamples(of: header.id) == 3 * samplesPerBlock)
        try await server.stop()
    }

    @Test("when too many connect without a proof, the one that has waited longest gives way")
    func unproven() async throws {
        let site = try IngestSite()
        let known = try await site.addDevice("known")
        var limits = IngestLimits()
        limits.unprovenConnections = 3
        let server = try await site.start(limits: limits)
        var unproven: [TestDevice] = []
        for _ in 0..<3 {
            let device = try await TestDevice.connect(to: server.devices, as: known, clock: site.clock)
            // The server knows of it before the next one comes, whichever of its loops has it.
            try await device.greet()
            unproven.append(device)
        }
        let device = try await server.connect(known)
        let refusal = try #require(try await unproven[0].nextFrame())
        guard case .end(let error) = unproven[0].connection.receive(refusal) else { throw NeverTrue() }
        #expect(error?.code == .overloaded)
        try await device.upload(.simulated())
        try await server.stop()
    }

    @Test("who has proved nothing cannot make the server wait for a large frame")
    func largeFrameBeforeTheProof() async throws {
        let site = try IngestSite()
        let known = try await site.addDevice("known")
        let server = try await site.start()
        let stranger = try await TestDevice.connect(to: server.devices, as: known, clock: site.clock)
        // The header of a block of 200,000 bytes, and nothing more.
        try await stranger.send(bytes: [0xEC, 0x67, 1, 4, 1, 0, 0, 0, 0x40, 0x0D, 3, 0, 0, 0, 0, 0])
        #expect(try await stranger.end()?.code == .frameTooLarge)
        try await server.stop()
    }

    @Test("a device that comes back goes on with the analysis that it left, and comes to the same reading")
    func parkedAnalysis() async throws {
        let site = try IngestSite()
        let known = try await site.addDevice("known")
        let server = try await site.start()
        let recording = try Recording.simulated("anterior-stemi", seconds: 20)
        for end in stride(from: 2000, through: recording.samples.count, by: 2000) {
            let device = try await server.connect(known)
            let opened = try await device.open(recording.header)
            #expect(opened.storedSamples == end - 2000)
            try await device.sendBlocks(of: recording, upTo: end, on: opened.channel)
            try await device.stored(end, on: opened.channel)
            if end == recording.samples.count { try await device.close(opened.channel) }
            try await device.vanish()
        }
        #expect(
            try await site.witness.reading(of: recording.id)
                == recording.expectedReading(upTo: recording.samples.count))
        #expect(try await site.alerts(of: recording.id).count == recording.expectedAlerts().count)
        try await server.stop()
    }
}
