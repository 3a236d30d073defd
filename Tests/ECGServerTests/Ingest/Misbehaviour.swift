import ECGModel
import ECGServer
import ECGStore
import ECGWire
import Testing

/// One device that misbehaves beside one that does not.
struct Misbehaviour {
    let site: IngestSite
    let server: RunningServer
    let device: TestDevice
    /// The misbehaving device's recording; not opened yet.
    let recording: Recording

    /// Opens the recording and has its first three seconds acknowledged.
    func openHalfway() async throws -> UInt32 {
        let channel = try await device.open(recording.header).channel
        try await device.sendBlocks(of: recording, upTo: 1500, on: channel)
        try await device.stored(1500, on: channel)
        return channel
    }

    /// What ends with the mistake.
    enum Extent { case connection, recording }

    /// Lets a device make a mistake and checks what holds for every mistake: the device is told the code, as much ends as
    /// the protocol says and no more, nothing is stored but what was acknowledged, a device in the middle of its upload
    /// notices nothing, and the server takes new recordings.
    static func expect(
        _ code: WireError.Code, ends extent: Extent, _ act: (Misbehaviour) async throws -> Void
    ) async throws {
        let site = try IngestSite()
        let healthy = try await site.addDevice("healthy")
        let faulty = try await site.addDevice("faulty")
        let server = try await site.start()
        let neighbour = try await server.connect(healthy)
        let ongoing = try Recording.simulated("inferior-stemi", seed: 2)
        let channel = try await neighbour.open(ongoing.header).channel
        try await neighbour.sendBlocks(of: ongoing, upTo: 2500, on: channel)

        let device = try await server.connect(faulty)
        let recording = try Recording.simulated(seed: 3)
        try await act(
            Misbehaviour(site: site, server: server, device: device, recording: recording))
        switch extent {
        case .connection:
            let error = try await device.end()
            #expect(error?.code == code, "\(String(describing: error))")
            #expect(error?.channel == 0)
        case .recording:
            let error = try await device.refusal()
            #expect(error.code == code, "\(error)")
            // The same connection takes another recording, on the channel that is free again.
            try await device.upload(Recording.simulated(seed: 4))
        }
        let acknowledged = device.acknowledgedSamples(of: recording.id)
        #expect(try await site.storedSamples(of: recording.id) == acknowledged)
        let stored = try await site.witness.recording(recording.id)
        #expect(stored?.status != .closed)
        if acknowledged > 0 {
            #expect(try await site.waveform(of: recording.id) == recording.samples[0..<acknowledged])
        }

        try await neighbour.sendBlocks(of: ongoing, upTo: 5000, on: channel)
        try await neighbour.close(channel)
        #expect(try await site.waveform(of: ongoing.id) == ongoing.samples)
        // What was left in the middle goes on as if nothing had been.
        let again = try await server.connect(faulty)
        if stored?.device != "healthy" { try await again.upload(recording) }
        try await server.stop()
    }
}
