import ECGModel
import ECGServer
import ECGStore
import ECGWire
import NIOCore
import Testing

/// Mistakes that concern one recording: its connection and the others on it go on.
@Suite("A recording that goes wrong is refused alone")
struct RefusedRecordingTests {
    @Test("a block that inflates to more than it announces")
    func bomb() async throws {
        try await Misbehaviour.expect(.blockTooLarge, ends: .recording) { one in
            let channel = try await one.openHalfway()
            var payload = one.recording.payload(from: 0, upTo: 5000)
            payload.setInteger(UInt64(1500), at: 0, endianness: .little)
            payload.setInteger(UInt32(10), at: 8, endianness: .little)
            try await one.device.send(Frame(.block, channel: channel, payload: payload))
        }
    }

    @Test("a block whose zlib data breaks off")
    func truncated() async throws {
        try await Misbehaviour.expect(.malformedBlock, ends: .recording) { one in
            let channel = try await one.openHalfway()
            let payload = one.recording.payload(from: 1500, upTo: 2000)
            try await one.device.send(
                Frame(
                    .block, channel: channel,
                    payload: payload.getSlice(at: 0, length: payload.readableBytes - 12) ?? payload))
        }
    }

    @Test("a block that was damaged on the way")
    func damaged() async throws {
        try await Misbehaviour.expect(.malformedBlock, ends: .recording) { one in
            let channel = try await one.openHalfway()
            var buffer = ByteBuffer()
            buffer.writeFrame(one.recording.blockFrame(from: 1500, upTo: 2000, on: channel))
            buffer.setInteger(UInt8(0xA5), at: 100)
            // What follows on the way is read as it stands.
            buffer.writeFrame(one.recording.blockFrame(from: 2000, upTo: 2500, on: channel))
            try await one.device.send(bytes: Array(buffer.readableBytesView))
        }
    }

    @Test("a block after a gap")
    func gap() async throws {
        try await Misbehaviour.expect(.samplesOutOfOrder, ends: .recording) { one in
            let channel = try await one.openHalfway()
            try await one.device.send(one.recording.blockFrame(from: 2000, upTo: 2500, on: channel))
        }
    }

    @Test("an opening that is no message")
    func malformedOpening() async throws {
        try await Misbehaviour.expect(.badHeader, ends: .recording) { one in
            try await one.device.send(Frame(.open, channel: 1, payload: ByteBuffer(bytes: [0x0A, 0x7F])))
        }
    }

    @Test("a lead that nobody knows")
    func unknownLead() async throws {
        try await Misbehaviour.expect(.unknownLead, ends: .recording) { one in
            try await one.open { $0.channels[3].mdcCode = 1 }
        }
    }

    @Test("a sampling rate that cannot be", arguments: [0, 50, 1001, -Double.infinity, Double.nan])
    func impossibleRate(hertz: Double) async throws {
        try await Misbehaviour.expect(.impossibleRate, ends: .recording) { one in
            try await one.open { $0.samplingRateHertz = hertz }
        }
    }

    @Test("a lead that is named twice")
    func duplicateLead() async throws {
        try await Misbehaviour.expect(.badHeader, ends: .recording) { one in
            try await one.open { $0.channels[1].mdcCode = $0.channels[0].mdcCode }
        }
    }

    @Test("a block on a channel that was not opened")
    func unknownChannel() async throws {
        try await Misbehaviour.expect(.unknownChannel, ends: .recording) { one in
            try await one.device.send(one.recording.blockFrame(from: 0, upTo: 500, on: 7))
        }
    }

    @Test("a close that names another length")
    func wrongLength() async throws {
        try await Misbehaviour.expect(.wrongLength, ends: .recording) { one in
            let channel = try await one.openHalfway()
            var close = WireClose()
            close.totalSamples = 5000
            try await one.device.send(Frame(close, channel: channel))
        }
    }

    @Test("a recording that comes back with another sampling rate")
    func headerMismatch() async throws {
        try await Misbehaviour.expect(.headerMismatch, ends: .recording, Self.comeBackWithAnotherRate)
    }

    private static func comeBackWithAnotherRate(_ one: Misbehaviour) async throws {
        let channel = try await one.openHalfway()
        // By a second connection first: the one that sends the recording must not notice.
        let other = try await one.server.connect(one.device.identity)
        var header = one.recording.header
        header.samplingRate = 250
        try await other.send(other.connection.open(header).frame)
        let refusal = try await other.refusal()
        #expect(refusal.code == .headerMismatch)
        try await one.device.sendBlocks(of: one.recording, upTo: 2500, on: channel)
        try await one.device.stored(2500, on: channel)
        // Then by itself, on the channel that its own mistake has freed.
        try await one.device.send(one.recording.blockFrame(from: 4000, upTo: 4500, on: channel))
        let gap = try await one.device.refusal()
        #expect(gap.code == .samplesOutOfOrder)
        try await one.open { $0.samplingRateHertz = 250 }
    }

    @Test("a recording of another device, which goes on undisturbed while somebody else reaches for it")
    func recordingOfAnotherDevice() async throws {
        let site = try IngestSite()
        let owner = try await site.addDevice("owner")
        let thief = try await site.addDevice("thief")
        let server = try await site.start()
        let recording = try Recording.simulated("anterior-stemi")
        let device = try await server.connect(owner)
        let channel = try await device.open(recording.header).channel
        try await device.sendBlocks(of: recording, upTo: 2500, on: channel)
        try await device.stored(2500, on: channel)

        let other = try await server.connect(thief)
        try await other.send(other.connection.open(recording.header).frame)
        #expect(try await other.refusal().code == .recordingOfAnotherDevice)
        try await other.upload(.simulated(seed: 9))

        try await device.sendBlocks(of: recording, upTo: 5000, on: channel)
        try await device.close(channel)
        #expect(try await site.waveform(of: recording.id) == recording.samples)
        // It is still the owner who hears of the alert.
        let alert = try await site.onlyAlert(of: recording)
        _ = try await site.witness.advanceAlert(alert.id, by: .seen, user: "li", at: site.clock.now)
        try await device.wait { event in
            if case .alert(let status) = event, status.state == .seen { true } else { nil }
        }
        try await server.stop()
    }

    @Test("a clock that is years off is told, and the recording taken", arguments: [-20, 20])
    func clock(yearsAhead: Int) async throws {
        let site = try IngestSite()
        let known = try await site.addDevice("known")
        let server = try await site.start()
        let recording = try Recording.simulated()
        let device = try await TestDevice.connect(to: server.devices, as: known, clock: site.clock)
        try await device.introduce(clockAhead: .seconds(yearsAhead * 31_557_600))
        try await device.upload(recording)
        let offsets = device.events.compactMap { event in
            if case .notice(let notice) = event { notice.clockOffset } else { nil }
        }
        #expect(offsets.count == 1)
        #expect(offsets.first?.components.seconds == Int64(yearsAhead * 31_557_600))
        #expect(try await site.waveform(of: recording.id) == recording.samples)
        try await server.stop()
    }
}

extension Misbehaviour {
    /// Opens the recording with a header that the device's machine would not send.
    func open(_ change: (inout WireOpen) -> Void) async throws {
        var message = WireOpen(recording.header)
        change(&message)
        try await device.send(Frame(message, channel: 1))
    }
}
