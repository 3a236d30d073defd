import ECGModel
import ECGServer
import ECGStore
import ECGTriage
import ECGWire
import Testing

@Suite("What was acknowledged is on disk, once")
struct DurabilityTests {
    @Test("whenever the device is told that samples are stored, another process finds them")
    func acknowledgedMeansDurable() async throws {
        let site = try IngestSite()
        let known = try await site.addDevice("known")
        let server = try await site.start()
        let recording = try Recording.simulated("anterior-stemi", seconds: 30)
        let device = try await server.connect(known)
        let channel = try await device.open(recording.header).channel
        try await device.sendBlocks(of: recording, upTo: recording.samples.count, on: channel)
        var acknowledged = 0
        while acknowledged < recording.samples.count {
            acknowledged = try await device.wait { event in
                if case .stored(channel, _, let samples) = event { samples } else { nil }
            }
            #expect(try await site.storedSamples(of: recording.id) >= acknowledged)
            let end = acknowledged
            var interpreter = RecordingInterpreter(header: recording.header, table: .countyDefault)
            let raised = interpreter.process(recording.samples[0..<end])
            let codes = Set(try await site.alerts(of: recording.id).map(\.code))
            #expect(codes.isSuperset(of: raised.map(\.code)), "the alerts of \(end) samples are on disk with them")
        }
        try await device.close(channel)
        #expect(try await site.witness.recording(recording.id)?.status == .closed)
        #expect(try await site.witness.reading(of: recording.id) == recording.expectedReading(upTo: 15_000))
        try await server.stop()
    }

    @Test("blocks and recordings that come twice are acknowledged twice, stored once and alerted once")
    func twice() async throws {
        let site = try IngestSite()
        let known = try await site.addDevice("known")
        let server = try await site.start()
        let recording = try Recording.simulated("anterior-stemi")
        let device = try await server.connect(known)
        let channel = try await device.open(recording.header).channel
        try await device.sendBlocks(of: recording, upTo: 2500, on: channel)
        try await device.stored(2500, on: channel)
        for first in [0, 500, 2000] {
            try await device.send(recording.blockFrame(from: first, upTo: first + 500, on: channel))
            try await device.stored(2500, on: channel)
        }
        try await device.sendBlocks(of: recording, upTo: 5000, on: channel)
        try await device.close(channel)
        let alerts = try await site.alerts(of: recording.id)
        let events = try await site.events(of: recording.id)

        // Once more on the same connection, and with everything on a new one.
        for again in [device, try await server.connect(known)] {
            let opened = try await again.open(recording.header)
            #expect(opened.isClosed)
            #expect(opened.storedSamples == 5000)
            try await again.pingPong()
            #expect(again.readings(of: recording.id).last?.lines.isEmpty == false)
        }
        #expect(alerts.count == recording.expectedAlerts().count)
        #expect(try await site.alerts(of: recording.id).map(\.id) == alerts.map(\.id))
        #expect(try await site.events(of: recording.id) == events)
        #expect(try await site.waveform(of: recording.id) == recording.samples)
        try await server.stop()
    }

    @Test("a recording goes on where the store ends, with other block boundaries too")
    func resumed() async throws {
        let site = try IngestSite()
        let known = try await site.addDevice("known")
        let server = try await site.start()
        let recording = try Recording.simulated("inferior-stemi")
        let first = try await server.connect(known)
        let channel = try await first.open(recording.header).channel
        try await first.sendBlocks(of: recording, upTo: 1700, on: channel)
        try await first.stored(1700, on: channel)
        try await first.vanish()

        let second = try await server.connect(known)
        let opened = try await second.open(recording.header)
        #expect(opened.storedSamples == 1700)
        try await second.send(second.connection.block(recording.payload(from: 1700, upTo: 1733), on: opened.channel))
        try await second.sendBlocks(of: recording, upTo: 5000, on: opened.channel)
        try await second.close(opened.channel)
        #expect(try await site.waveform(of: recording.id) == recording.samples)
        let alerts = try await site.alerts(of: recording.id)
        #expect(Set(alerts.map(\.code)) == Set(recording.expectedAlerts().keys))
        #expect(alerts.count == recording.expectedAlerts().count)
        try await server.stop()
    }

    @Test("a recording that a second connection opens goes on there, and the first one is told and stays of use")
    func takenOver() async throws {
        let site = try IngestSite()
        let known = try await site.addDevice("known")
        let server = try await site.start()
        let recording = try Recording.simulated("anterior-stemi")
        let older = try await server.connect(known)
        let channel = try await older.open(recording.header).channel
        try await older.sendBlocks(of: recording, upTo: 2000, on: channel)
        try await older.stored(2000, on: channel)

        let newer = try await server.connect(known)
        let opened = try await newer.open(recording.header)
        #expect(opened.storedSamples == 2000)
        let refusal = try await older.refusal()
        #expect(refusal.code == .channelInUse)
        #expect(refusal.channel == channel)
        // The older connection's channel is free again, and its window too.
        try await older.upload(.simulated(seed: 5))

        try await newer.sendBlocks(of: recording, upTo: 5000, on: opened.channel)
        try await newer.close(opened.channel)
        #expect(try await site.waveform(of: recording.id) == recording.samples)
        #expect(try await site.alerts(of: recording.id).count == recording.expectedAlerts().count)
        try await server.stop()
    }

    @Test("a recording taken over in the middle of a burst is stored whole and once")
    func takenOverInABurst() async throws {
        let site = try IngestSite()
        let known = try await site.addDevice("known")
        let server = try await site.start()
        for seed in 1...5 as ClosedRange<UInt64> {
            let recording = try Recording.simulated("anterior-stemi", seed: seed, seconds: 60)
            let older = try await server.connect(known)
            let channel = try await older.open(recording.header).channel
            try await older.sendBlocks(of: recording, upTo: 20_000, on: channel)
            let newer = try await server.connect(known)
            try await newer.uploadInCompetition(recording)
            #expect(try await site.waveform(of: recording.id) == recording.samples)
            #expect(try await site.alerts(of: recording.id).count == recording.expectedAlerts().count)
            try await older.vanish()
        }
        try await server.stop()
    }

    @Test("while the disk refuses nothing is acknowledged, and afterwards the recording goes on")
    func diskRefuses() async throws {
        let site = try IngestSite()
        let known = try await site.addDevice("known")
        let server = try await site.start(busyTimeout: .milliseconds(20))
        let recording = try Recording.simulated("anterior-stemi")
        let device = try await server.connect(known)
        let channel = try await device.open(recording.header).channel
        try await device.sendBlocks(of: recording, upTo: 2000, on: channel)
        try await device.stored(2000, on: channel)

        // The witness opens the file before it is locked.
        let before = try await site.storedSamples(of: recording.id)
        #expect(before == 2000)
        let lock = try WriteLock(onWaveformsOf: site)
        try await device.sendBlocks(of: recording, upTo: 4000, on: channel)
        #expect(try await device.end()?.code == .internalError)
        #expect(device.acknowledgedSamples(of: recording.id) == 2000)
        #expect(try await site.storedSamples(of: recording.id) == 2000)
        // The operator can find out why.
        #expect(site.log.lines.contains { $0.hasPrefix("error") && $0.contains("another process holds the database") })
        try lock.release()

        let again = try await server.connect(known)
        let opened = try await again.open(recording.header)
        #expect(opened.storedSamples == 2000)
        try await again.sendBlocks(of: recording, upTo: 5000, on: opened.channel)
        try await again.close(opened.channel)
        #expect(try await site.waveform(of: recording.id) == recording.samples)
        #expect(try await site.alerts(of: recording.id).count == recording.expectedAlerts().count)
        try await server.stop()
    }
}
