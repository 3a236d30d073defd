import ECGModel
import ECGServer
import ECGStore
import ECGWire
import Testing

@Suite("Every recording gets its reading, whatever interrupts it")
struct UnfinishedRecordingTests {
    @Test("one that goes silent is read from what has come, and as a whole when it goes on")
    func silent() async throws {
        let site = try IngestSite()
        let known = try await site.addDevice("known")
        let server = try await site.start()
        let recording = try Recording.simulated("anterior-stemi")
        let device = try await server.connect(known)
        let channel = try await device.open(recording.header).channel
        try await device.sendBlocks(of: recording, upTo: 3000, on: channel)
        try await device.stored(3000, on: channel)
        #expect(try await site.witness.reading(of: recording.id) == nil)

        // Silent for longer than the configuration allows, and shorter than the connection may be idle.
        site.clock.advance(seconds: ServerConfiguration().silentAfterSeconds + 1)
        try await eventually { try await site.witness.reading(of: recording.id) != nil }
        #expect(try await site.witness.reading(of: recording.id) == recording.expectedReading(upTo: 3000))
        #expect(try await site.witness.recording(recording.id)?.status == .open)

        try await device.sendBlocks(of: recording, upTo: 5000, on: channel)
        try await device.close(channel)
        let whole = recording.expectedReading(upTo: 5000)
        #expect(try await site.witness.reading(of: recording.id) == whole)
        #expect(try await site.alerts(of: recording.id).count == recording.expectedAlerts().count)
        try await device.pingPong()
        #expect(device.readings(of: recording.id).last == ClinicReading(whole, recording: recording.id))
        try await server.stop()
    }

    @Test("of several the newest is read first, and one that goes silent meanwhile does not wait for the others")
    func newestFirst() async throws {
        let site = try IngestSite()
        let known = try await site.addDevice("known")
        let begun = Mutexed<[RecordingID]>([])
        let isLaborious = Mutexed(false)
        let server = try await site.start(over: { store in
            WatchedStore(
                store: store,
                // What a recording is compared with is asked when its analysis begins.
                comparing: { id in
                    begun.value += [id]
                    if isLaborious.value { site.clock.advance(seconds: 45) }
                })
        })
        let device = try await server.connect(known)
        let recordings = try (1...3).map { try Recording.simulated(seed: $0) }
        for (recording, pause) in zip(recordings, [0, 40, 21]) {
            let channel = try await device.open(recording.header).channel
            try await device.sendBlocks(of: recording, upTo: 1500, on: channel)
            try await device.stored(1500, on: channel)
            if recording.id == recordings[2].id {
                begun.value = []
                isLaborious.value = true
            }
            site.clock.advance(seconds: pause)
        }
        // The first two have been silent for 61 s, the third for 21: it is when the reading of the second is done.
        try await eventually { begun.value.count == 3 }
        #expect(begun.value == [recordings[1], recordings[2], recordings[0]].map(\.id))
        try await server.stop()
    }

    @Test("one that goes silent a second time is read again as far as it came")
    func silentTwice() async throws {
        let site = try IngestSite()
        let known = try await site.addDevice("known")
        let server = try await site.start()
        let recording = try Recording.simulated("anterior-stemi")
        for end in [1500, 5000] {
            let device = try await server.connect(known)
            let channel = try await device.open(recording.header).channel
            try await device.sendBlocks(of: recording, upTo: end, on: channel)
            try await device.stored(end, on: channel)
            try await device.vanish()
            site.clock.advance(seconds: ServerConfiguration().silentAfterSeconds + 1)
            let expected = recording.expectedReading(upTo: end)
            try await eventually { try await site.witness.reading(of: recording.id) == expected }
        }
        #expect(try await site.witness.recording(recording.id)?.status == .open)
        try await server.stop()
    }

    @Test("one that is abandoned is closed with the verdict on what has come, and no sooner", arguments: [0, 3000])
    func abandoned(samples: Int) async throws {
        let site = try IngestSite()
        let known = try await site.addDevice("known")
        let server = try await site.start { $0.abandonedAfterHours = 2 }
        let recording = try Recording.simulated("anterior-stemi")
        let device = try await server.connect(known)
        let channel = try await device.open(recording.header).channel
        try await device.sendBlocks(of: recording, upTo: samples, on: channel)
        if samples > 0 { try await device.stored(samples, on: channel) }
        try await device.vanish()
        site.clock.advance(seconds: 3600)
        if samples > 0 { try await eventually { try await site.witness.reading(of: recording.id) != nil } }
        #expect(try await site.witness.recording(recording.id)?.status == .open)

        // It counts from when the server saw that it was silent.
        try await eventually {
            site.clock.advance(seconds: 600)
            return try await site.witness.recording(recording.id)?.status == .closed
        }
        #expect(try await site.witness.reading(of: recording.id) == recording.expectedReading(upTo: samples))
        try await eventually {
            try await site.witness.audit(AuditQuery(subject: "\(recording.id)")).map(\.action) == [
                "recording.abandoned"
            ]
        }
        // The device that comes back goes on with it.
        let again = try await server.connect(known)
        let opened = try await again.open(recording.header)
        try #require(!opened.isClosed && opened.storedSamples == samples)
        try await again.sendBlocks(of: recording, upTo: 5000, on: opened.channel)
        try await again.close(opened.channel)
        #expect(try await site.witness.recording(recording.id)?.status == .closed)
        #expect(try await site.witness.reading(of: recording.id) == recording.expectedReading(upTo: 5000))
        // Of nothing at all it is said that nothing can be read, which nobody takes back.
        let codes = Set(try await site.alerts(of: recording.id).map(\.code))
        #expect(codes.isSuperset(of: recording.expectedAlerts().keys) && (samples == 0 || codes.count == 1))
        #expect(try await again.open(recording.header).isClosed, "its device closed it")
        try await server.stop()
    }

    @Test("one that its device brings no more of is abandoned for good")
    func abandonedForGood() async throws {
        let site = try IngestSite()
        let known = try await site.addDevice("known")
        let server = try await site.start { $0.abandonedAfterHours = 2 }
        let recording = try Recording.simulated("anterior-stemi")
        // It comes back with a little more, and then with nothing.
        for (stored, end) in [(0, 1500), (1500, 3000), (3000, 3000)] {
            let device = try await server.connect(known)
            let opened = try await device.open(recording.header)
            try #require(!opened.isClosed && opened.storedSamples == stored)
            if end > stored {
                try await device.sendBlocks(of: recording, upTo: end, on: opened.channel)
                try await device.stored(end, on: opened.channel)
            }
            try await device.vanish()
            try await eventually {
                site.clock.advance(seconds: 600)
                return try await site.witness.recording(recording.id)?.status == .closed
            }
        }
        let opened = try await server.connect(known).open(recording.header)
        #expect(opened.isClosed && opened.storedSamples == 3000)
        #expect(try await site.witness.reading(of: recording.id) == recording.expectedReading(upTo: 3000))
        try await server.stop()
    }

    @Test("a server that was away for longer than a device may be loses nothing of what the device still has")
    func abandonedByTheServer() async throws {
        let site = try IngestSite()
        let known = try await site.addDevice("known")
        let first = try await site.start()
        let recordings = try (1...2).map { try Recording.simulated(seed: $0) }
        for (recording, end) in zip(recordings, [3000, 0]) {
            let device = try await first.connect(known)
            let channel = try await device.open(recording.header).channel
            if end > 0 {
                try await device.sendBlocks(of: recording, upTo: end, on: channel)
                try await device.stored(end, on: channel)
            }
            try await device.vanish()
        }
        try await first.stop()
        site.clock.set(by: .days(8))
        let server = try await site.start()
        try await eventually {
            site.clock.advance(seconds: 600)
            return try await site.witness.recordings(RecordingQuery(status: .open)).isEmpty
        }
        for (recording, end) in zip(recordings, [3000, 0]) {
            let device = try await server.connect(known)
            let opened = try await device.open(recording.header)
            try #require(!opened.isClosed && opened.storedSamples == end)
            try await device.sendBlocks(of: recording, upTo: 5000, on: opened.channel)
            try await device.close(opened.channel)
            #expect(try await site.witness.reading(of: recording.id) == recording.expectedReading(upTo: 5000))
        }
        try await server.stop()
    }

    @Test("one of which stored blocks are damaged is closed like the others, with the verdict on the rest")
    func abandonedAndDamaged() async throws {
        let site = try IngestSite()
        let known = try await site.addDevice("known")
        let first = try await site.start()
        let recording = try Recording.simulated("anterior-stemi")
        // Each connection begins a run of its own, which can be read without the one before.
        for end in [1500, 4000] {
            let device = try await first.connect(known)
            let channel = try await device.open(recording.header).channel
            try await device.sendBlocks(of: recording, upTo: end, on: channel)
            try await device.stored(end, on: channel)
            try await device.vanish()
        }
        try await first.stop()
        try site.damageWaveform(of: recording, block: 0)

        let server = try await site.start { $0.abandonedAfterHours = 2 }
        try await eventually {
            site.clock.advance(seconds: 600)
            return try await site.witness.recording(recording.id)?.status == .closed
        }
        let expected = recording.expectedReading(damaged: 0..<1500, upTo: 4000)
        #expect(try await site.witness.reading(of: recording.id) == expected)
        try await server.stop()
    }

    @Test(
        "one whose day's file is lost under it begins anew on the same connection, and raises its alerts",
        arguments: [false, true])
    func lostUnderIt(atItsEnd: Bool) async throws {
        let site = try IngestSite()
        let known = try await site.addDevice("known")
        let server = try await site.start()
        let recording = try Recording.simulated("anterior-stemi")
        let device = try await server.connect(known)
        let channel = try await device.open(recording.header).channel
        try await device.sendBlocks(of: recording, upTo: 1500, on: channel)
        try await device.stored(1500, on: channel)
        try site.loseWaveformFile()
        if atItsEnd {
            try await device.send(device.connection.close(channel))
        } else {
            try await device.sendBlocks(of: recording, upTo: 2000, on: channel)
        }
        #expect(try await device.refusal().code.mayPass)

        let again = try await device.open(recording.header)
        try #require(!again.isClosed && again.storedSamples == 0)
        try await device.sendBlocks(of: recording, upTo: 5000, on: again.channel)
        try await device.close(again.channel)
        #expect(try await site.witness.reading(of: recording.id) == recording.expectedReading(upTo: 5000))
        #expect(try await site.alerts(of: recording.id).count == recording.expectedAlerts().count)
        #expect(try await site.witness.unreadableDays().keys.contains(site.clock.now.day))
        try await server.stop()
    }

    @Test("a clock that is set ahead closes nothing: the device goes on where it was")
    func clockSetAhead() async throws {
        let site = try IngestSite()
        let known = try await site.addDevice("known")
        let server = try await site.start()
        var recordings: [Recording] = []
        for _ in 1...2 {
            let recording = try Recording.simulated()
            let device = try await server.connect(known)
            let channel = try await device.open(recording.header).channel
            try await device.sendBlocks(of: recording, upTo: 3000, on: channel)
            try await device.stored(3000, on: channel)
            try await device.vanish()
            // Both are read in a look of their own, so that the second tells that the look at the first is over.
            site.clock.set(by: .days(10))
            try await eventually { try await site.witness.reading(of: recording.id) != nil }
            recordings.append(recording)
        }
        #expect(try await site.witness.recording(recordings[0].id)?.status == .open)
        let again = try await server.connect(known)
        let opened = try await again.open(recordings[0].header)
        #expect(!opened.isClosed && opened.storedSamples == 3000)
        try await again.sendBlocks(of: recordings[0], upTo: 5000, on: opened.channel)
        try await again.close(opened.channel)
        #expect(
            try await site.witness.reading(of: recordings[0].id) == recordings[0].expectedReading(upTo: 5000))
        try await server.stop()
    }

    @Test("one that went silent before the clock was set back is read all the same")
    func clockSetBack() async throws {
        let site = try IngestSite()
        let known = try await site.addDevice("known")
        let server = try await site.start()
        let recording = try Recording.simulated("anterior-stemi")
        let device = try await server.connect(known)
        let channel = try await device.open(recording.header).channel
        try await device.sendBlocks(of: recording, upTo: 3000, on: channel)
        try await device.stored(3000, on: channel)
        try await device.vanish()
        let last = site.clock.now
        // The machine's clock kept local time, which was taken for the world's until somebody knew better.
        site.clock.set(by: .hours(-8))
        let expected = recording.expectedReading(upTo: 3000)
        try await eventually {
            site.clock.advance(seconds: 1)
            return try await site.witness.reading(of: recording.id) == expected
        }
        #expect(site.clock.now < last)
        #expect(try await site.witness.recording(recording.id)?.status == .open)
        try await server.stop()
    }

    @Test("a server that starts reads what has been silent, and the device goes on with it")
    func silentAcrossARestart() async throws {
        let site = try IngestSite()
        let known = try await site.addDevice("known")
        let recording = try Recording.simulated("anterior-stemi")
        let server = try await site.start()
        let device = try await server.connect(known)
        let channel = try await device.open(recording.header).channel
        try await device.sendBlocks(of: recording, upTo: 3000, on: channel)
        try await device.stored(3000, on: channel)
        try await server.stop()
        site.clock.advance(seconds: 3600)
        let restarted = try await site.start()
        try await eventually { try await site.witness.reading(of: recording.id) != nil }
        let again = try await restarted.connect(known)
        #expect(try await again.open(recording.header).storedSamples == 3000)
        try await again.sendBlocks(of: recording, upTo: 5000, on: 1)
        try await again.close(1)
        #expect(try await site.witness.reading(of: recording.id) == recording.expectedReading(upTo: 5000))
        #expect(try await site.alerts(of: recording.id).count == recording.expectedAlerts().count)
        try await restarted.stop()
    }

    @Test("one whose close a crash cut short is read and closed when the server starts", arguments: [false, true])
    func awaitingReading(wasReadWhileSilent: Bool) async throws {
        let site = try IngestSite()
        let known = try await site.addDevice("known")
        let recording = try Recording.simulated("anterior-stemi")
        let server = try await site.start()
        let device = try await server.connect(known)
        let channel = try await device.open(recording.header).channel
        try await device.sendBlocks(of: recording, upTo: 3000, on: channel)
        try await device.stored(3000, on: channel)
        if wasReadWhileSilent {
            site.clock.advance(seconds: ServerConfiguration().silentAfterSeconds + 1)
            try await eventually { try await site.witness.reading(of: recording.id) != nil }
        }
        try await device.sendBlocks(of: recording, upTo: 5000, on: channel)
        try await device.stored(5000, on: channel)
        try await server.stop()
        try site.sealWaveform(of: recording)
        #expect(try await site.witness.recordingsAwaitingReading() == [recording.id])

        let restarted = try await site.start()
        try await eventually { try await site.witness.recordingsAwaitingReading().isEmpty }
        #expect(try await site.witness.recording(recording.id)?.status == .closed)
        #expect(try await site.witness.reading(of: recording.id) == recording.expectedReading(upTo: 5000))
        #expect(try await site.alerts(of: recording.id).count == recording.expectedAlerts().count)
        let again = try await restarted.connect(known)
        #expect(try await again.open(recording.header).isClosed)
        try await restarted.stop()
    }
}
