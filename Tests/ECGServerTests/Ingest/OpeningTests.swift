import ECGDevice
import ECGModel
import ECGServer
import ECGStore
import ECGWire
import Foundation
import GRDB
import NIOCore
import Testing

@Suite("Opening recordings")
struct OpeningTests {
    @Test("a recording that the store cannot read is refused alone; the device's others go on")
    func cannotBeRead() async throws {
        let site = try IngestSite()
        let identity = try await site.addDevice("clinic")
        let recording = try Recording.simulated()
        let server = try await site.start(over: { store in
            WatchedStore(
                store: store,
                openingRecording: { [id = recording.id] opened in
                    if opened == id { throw StoreError.unavailable("the disk reported an error") }
                })
        })
        let device = try await server.connect(identity)
        try await device.send(device.connection.open(recording.header).frame)
        #expect(try await device.refusal().code == .internalError)
        try await device.upload(.simulated(seed: 2))
        try await server.stop()
    }

    /// Stores three blocks of a second with a server that ends then.
    private func begin(_ recording: Recording, at site: IngestSite, as identity: DeviceIdentity) async throws {
        let server = try await site.start()
        let device = try await server.connect(identity)
        let channel = try await device.open(recording.header).channel
        try await device.sendBlocks(of: recording, upTo: 1500, on: channel)
        try await device.stored(1500, on: channel)
        try await server.stop()
    }

    /// Sends the rest of the recording, as a device does that has come back.
    private func goOn(with recording: Recording, to server: RunningServer, as identity: DeviceIdentity) async throws {
        let device = try await server.connect(identity)
        try await device.send(device.connection.open(recording.header).frame)
        let answer = try await device.openedOrRefused()
        try #require(answer == .opened(channel: 1, recording.id, storedSamples: 1500, isClosed: false))
        try await device.sendBlocks(of: recording, upTo: 5000, on: 1)
        try await device.close(1)
    }

    @Test(
        "a recording of which a stored block is damaged goes on, and is read without those that need the block",
        arguments: 0..<3)
    func damaged(block: Int) async throws {
        let site = try IngestSite()
        let identity = try await site.addDevice("clinic")
        let recording = try Recording.simulated("anterior-stemi")
        try await begin(recording, at: site, as: identity)
        try site.damageWaveform(of: recording, block: block)

        let server = try await site.start()
        try await goOn(with: recording, to: server, as: identity)
        let expected = recording.expectedReading(damaged: block * 500..<1500, upTo: 5000)
        #expect(try await site.witness.reading(of: recording.id) == expected)
        #expect(expected.quality.advice?.contains(" \(3 - block) s cannot be read") == true)
        // Who wants the samples themselves is told.
        await #expect(throws: StoredWaveformError.damagedBlock(recording.id, at: block * 500)) {
            _ = try await site.waveform(of: recording.id)
        }
        try await server.stop()
    }

    @Test("a recording of which the disk does not give a block back goes on without it, and so do others")
    func unreadable() async throws {
        let site = try IngestSite()
        let identity = try await site.addDevice("clinic")
        let recording = try Recording.simulated("anterior-stemi")
        try await begin(recording, at: site, as: identity)
        let problem = "the disk reported an error"
        let server = try await site.start(over: { store in
            WatchedStore(
                store: store,
                readBlocks: { blocks in
                    blocks.map { block in
                        guard block.firstSample == 500 else { return block }
                        var block = block
                        block.payload = []
                        block.problem = problem
                        return block
                    }
                })
        })
        try await goOn(with: recording, to: server, as: identity)
        let expected = recording.expectedReading(damaged: 500..<1500, upTo: 5000)
        #expect(try await site.witness.reading(of: recording.id) == expected)
        #expect(site.log.lines.contains { $0.contains("stored samples cannot be read") })
        try await server.stop()
    }

    @Test("where the file of the day's blocks has lost its end its recordings go on without it, and new ones are taken")
    func shortened() async throws {
        let site = try IngestSite()
        let identity = try await site.addDevice("clinic")
        let recording = try Recording.simulated("anterior-stemi")
        try await begin(recording, at: site, as: identity)
        let ends = try site.blockEnds(of: recording)
        let file = try FileHandle(forUpdating: site.blockFile)
        try file.truncate(atOffset: UInt64((ends[0] + ends[1]) / 2))
        try file.close()
        let stored = try #require(try await site.witness.recording(recording.id))
        await #expect {
            try await StoredWaveform(store: site.witness, recording: stored).forEachBlock { _ in }
        } throws: { error in
            guard case StoredWaveformError.unreadableBlock(recording.id, at: 500, _) = error else { return false }
            return true
        }

        let server = try await site.start()
        try await goOn(with: recording, to: server, as: identity)
        let expected = recording.expectedReading(damaged: 500..<1500, upTo: 5000)
        #expect(try await site.witness.reading(of: recording.id) == expected)
        #expect(expected.quality.advice?.contains(" 2 s cannot be read") == true)
        let other = try Recording.simulated(seed: 2)
        try await server.connect(identity).upload(other)
        #expect(try await site.waveform(of: other.id) == other.samples)
        try await server.stop()
    }

    @Test("what became of a closed recording is told without a look at what it was compared with")
    func closed() async throws {
        let site = try IngestSite()
        let identity = try await site.addDevice("clinic")
        let isFailing = Mutexed(false)
        let server = try await site.start(over: { store in
            WatchedStore(
                store: store,
                comparing: { _ in
                    if isFailing.value { throw StoreError.unavailable("the comparison cannot be read") }
                })
        })
        let recording = try Recording.simulated()
        try await server.connect(identity).upload(recording)

        isFailing.value = true
        let again = try await server.connect(identity)
        try await again.send(again.connection.open(recording.header).frame)
        let answer = try await again.openedOrRefused()
        #expect(
            answer == .opened(channel: 1, recording.id, storedSamples: recording.samples.count, isClosed: true))
        try await again.pingPong()
        #expect(again.readings(of: recording.id).count == 1)
        try await server.stop()
    }

    @Test("an answer that comes late is not taken for the recording that was opened on the channel meanwhile")
    func lateAnswer() async throws {
        let site = try IngestSite()
        let identity = try await site.addDevice("clinic")
        let server = try await site.start()
        let device = try await server.connect(identity)
        let one = try Recording.simulated(seed: 1)
        let other = try Recording.simulated(seed: 2)

        let lock = try WriteLock(onFile: site.mainFile)
        try await device.send(Frame(WireOpen(one.header), channel: 1))
        // The channel is in use; refused so, it may be opened anew.
        for _ in 0..<2 { try await device.send(Frame(WireOpen(other.header), channel: 1)) }
        var frame = try await device.nextFrame()
        #expect(frame?.type == .refusal)
        try lock.release()
        repeat { frame = try await device.nextFrame() } while frame != nil && frame?.type != .opened
        try await device.send(other.blockFrame(from: 0, upTo: 500, on: 1))
        repeat { frame = try await device.nextFrame() } while frame != nil && frame?.type != .stored
        #expect(frame != nil)
        #expect(try await site.storedSamples(of: other.id) == 500)
        #expect(try await site.storedSamples(of: one.id) == 0)
        try await server.stop()
    }

    @Test("a recording that goes on over another connection is acknowledged as far as it came there")
    func moreStoredThanCame() async throws {
        let site = try IngestSite()
        let identity = try await site.addDevice("clinic")
        let server = try await site.start()
        let recording = try Recording.simulated()
        let old = try await server.connect(identity)
        let channel = try await old.open(recording.header).channel
        // The day's file is there once something is stored.
        try await old.sendBlocks(of: recording, upTo: 500, on: channel)
        try await old.stored(500, on: channel)
        let lock = try WriteLock(onWaveformsOf: site)
        try await old.sendBlocks(of: recording, upTo: 2500, on: channel)
        try await old.pingPong()

        let new = try await server.connect(identity)
        let continued = try await new.open(recording.header)
        #expect(continued.storedSamples == 500)
        try await new.sendBlocks(of: recording, upTo: 1000, on: continued.channel)
        try await new.pingPong()
        try lock.release()
        let answer = try await new.wait { event -> DeviceEvent? in
            switch event {
            case .stored, .refused: event
            default: nil
            }
        }
        guard case .stored(_, _, let upTo) = answer else {
            Issue.record("\(answer)")
            return
        }
        #expect(upTo == 1000)
        try await server.stop()
    }
}

extension IngestSite {
    var mainFile: URL { directory.appending(path: "ecgnet.sqlite") }

    /// Of the day that the clock showed first.
    var blockFile: URL { waveformFile.deletingPathExtension().appendingPathExtension("blocks") }

    /// Where each stored block of the recording ends in ``blockFile``.
    func blockEnds(of recording: Recording) throws -> [Int] {
        let queue = try DatabaseQueue(path: waveformFile.path)
        let ends = try queue.read { db in
            try Int.fetchAll(
                db,
                sql: """
                    SELECT place + length FROM chain
                    WHERE recording = (SELECT recording FROM extents WHERE uuid = ?) ORDER BY first_sample
                    """, arguments: [Data(recording.id.bytes)])
        }
        try queue.close()
        return ends
    }

    /// Overwrites the last bytes of a stored block of the recording, by its number.
    func damageWaveform(of recording: Recording, block: Int) throws {
        let ends = try blockEnds(of: recording)
        precondition(ends.indices.contains(block), "the recording has so many blocks")
        let payloads = try FileHandle(forUpdating: blockFile)
        try payloads.seek(toOffset: UInt64(ends[block] - 4))
        try payloads.write(contentsOf: Data([0x00, 0xFF, 0x00, 0xFF]))
        try payloads.close()
    }
}
