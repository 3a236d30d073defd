import ECGDevice
import ECGModel
import ECGServer
import ECGStore
import ECGWire
import NIOCore
import Testing

@Suite("A server that is told to stop")
struct StoppingTests {
    @Test("keeps what it acknowledged, says goodbye, and goes on after the next start")
    func inMidUpload() async throws {
        let site = try IngestSite()
        var identities: [DeviceIdentity] = []
        for number in 0..<8 { identities.append(try await site.addDevice("clinic-\(number)")) }
        let recordings = try (0..<8).map { try Recording.simulated("anterior-stemi", seed: $0, seconds: 60) }

        let running = try await RunningServer(site)
        let acknowledged = try await withThrowingTaskGroup(of: (Int, Int).self) { group in
            for (number, (identity, recording)) in zip(identities, recordings).enumerated() {
                group.addTask {
                    let device = try await running.connect(identity)
                    let channel = try await device.open(recording.header).channel
                    // Everything is on the way when the server stops.
                    for first in stride(from: 0, to: recording.samples.count, by: 500) {
                        let payload = recording.payload(from: first, upTo: first + 500)
                        let frame = try device.connection.block(payload, on: channel)
                        var buffer = ByteBuffer()
                        buffer.writeFrame(frame)
                        device.channel.writeAndFlush(buffer, promise: nil)
                    }
                    try await device.stored(500, on: channel)
                    #expect(try await device.end() == nil, "goodbye is no error")
                    #expect(device.wasToldGoodbye)
                    return (number, device.acknowledgedSamples(of: recording.id))
                }
            }
            for recording in recordings {
                try await eventually { try await site.storedSamples(of: recording.id) > 0 }
            }
            try await running.stop()
            return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        for (number, recording) in recordings.enumerated() {
            let promised = try #require(acknowledged[number])
            let stored = try await site.storedSamples(of: recording.id)
            #expect(stored >= promised)
            #expect(try await site.waveform(of: recording.id) == recording.samples[0..<stored])
        }

        let server = try await site.start()
        for (identity, recording) in zip(identities, recordings) {
            let device = try await server.connect(identity)
            try await device.upload(recording)
            #expect(try await site.waveform(of: recording.id) == recording.samples)
            #expect(try await site.alerts(of: recording.id).count == recording.expectedAlerts().count)
        }
        try await server.stop()
    }

    @Test("does not wait for a device that does not listen")
    func deviceThatDoesNotListen() async throws {
        let site = try IngestSite()
        let known = try await site.addDevice("known")
        let running = try await RunningServer(site)
        let device = try await running.connect(known)
        try await device.channel.setOption(.autoRead, value: false).get()
        try await running.stop()
        try await device.channel.closeFuture.get()
    }
}
