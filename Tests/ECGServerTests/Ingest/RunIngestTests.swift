import ECGModel
import ECGServer
import ECGStore
import ECGWire
import NIOCore
import Testing

@Suite("Blocks that go on with each other are read from wherever they begin anew")
struct RunIngestTests {
    @Test("the store knows a continued block by the codec's number")
    func oneNumber() {
        #expect(StoredBlock.continuedCodec == BlockCodec.v2Continued.rawValue)
        #expect(WireError.Code.brokenRun.endsConnection == false)
    }

    @Test("any part of a long recording is read, whatever run it lies in")
    func anyRange() async throws {
        let site = try IngestSite()
        let known = try await site.addDevice("known")
        let server = try await site.start()
        var recording = try Recording.simulated(seconds: CodecMemory.longestRun * 2 / 25 + 2)
        // Short blocks, so that a short recording has several runs.
        let blockSamples = Int(recording.header.samplingRate.value) / 25
        recording.samples = recording.samples[0..<(CodecMemory.longestRun * 2 + 7) * blockSamples - 3]
        let device = try await server.connect(known)
        let channel = try await device.open(recording.header).channel
        let encoder = BlockEncoder(channels: recording.header.channels)
        var memory = CodecMemory()
        while let next = device.connection.nextSample(on: channel), next < recording.samples.count {
            let end = min(next + blockSamples, recording.samples.count)
            let payload = encoder.encode(recording.samples[next..<end], firstSample: next, memory: &memory)
            try await device.send(device.connection.block(payload, on: channel))
        }
        try await device.close(channel)
        let stored = try #require(try await site.witness.recording(recording.id))
        let waveform = StoredWaveform(store: site.witness, recording: stored)
        let edges = [0, 1, blockSamples, 59 * blockSamples + 1, 60 * blockSamples, 61 * blockSamples - 1]
        for start in edges + edges.map({ $0 + 60 * blockSamples }) {
            for length in [0, 1, blockSamples, 3 * blockSamples + 5] {
                let range = start..<min(start + length, recording.samples.count)
                #expect(try await waveform.samples(range) == recording.samples[range], "samples \(range)")
            }
        }
        #expect(try await waveform.samples(0..<stored.sampleCount) == recording.samples)
        try await server.stop()
    }

    @Test("a block that goes on with what the server no longer has is refused, and a new run is taken")
    func brokenRun() async throws {
        let site = try IngestSite()
        let known = try await site.addDevice("known")
        let server = try await site.start()
        let recording = try Recording.simulated("anterior-stemi")
        let encoder = BlockEncoder(channels: recording.header.channels)
        var memory = CodecMemory()
        func block(_ first: Int) -> ByteBuffer {
            encoder.encode(recording.samples[first..<first + 500], firstSample: first, memory: &memory)
        }
        let first = try await server.connect(known)
        var channel = try await first.open(recording.header).channel
        try await first.send(first.connection.block(block(0), on: channel))
        try await first.send(first.connection.block(block(500), on: channel))
        try await first.stored(1000, on: channel)
        try await first.vanish()

        let second = try await server.connect(known)
        channel = try await second.open(recording.header).channel
        try await second.send(second.connection.block(block(1000), on: channel))
        #expect(try await second.refusal().code == .brokenRun)

        let opened = try await second.open(recording.header)
        #expect(opened.storedSamples == 1000)
        try await second.sendBlocks(of: recording, upTo: 5000, on: opened.channel)
        try await second.close(opened.channel)
        #expect(try await site.waveform(of: recording.id) == recording.samples)
        #expect(try await site.alerts(of: recording.id).count == recording.expectedAlerts().count)
        try await server.stop()
    }
}
