import ECGDevice
import ECGModel
import ECGServer
import ECGStore
import ECGWire
import Foundation
import NIOCore
import Testing

/// Mistakes after which nothing on the connection can be trusted.
@Suite("A connection that goes wrong ends alone")
struct RefusedConnectionTests {
    @Test("a wrong key and an unknown device are refused with the same words")
    func strangers() async throws {
        let site = try IngestSite()
        let known = try await site.addDevice("known")
        let server = try await site.start()
        let healthy = try await server.connect(known)
        var refusals: [WireError?] = []
        for name in ["known", "unknown"] {
            let stranger = try await TestDevice.connect(
                to: server.devices, as: DeviceIdentity.generate(id: name), clock: site.clock)
            await #expect(throws: TestDevice.Ended.self) { try await stranger.introduce() }
            refusals.append(try await stranger.end())
        }
        #expect(refusals[0]?.code == .authenticationFailed)
        #expect(refusals[0] == refusals[1])
        try await healthy.upload(.simulated())
        try await server.stop()
    }

    @Test("a revoked device is not let in again and cannot open another recording")
    func revoked() async throws {
        let site = try IngestSite()
        let identity = try await site.addDevice("sold")
        let server = try await site.start()
        let device = try await server.connect(identity)
        try await site.witness.revokeDevice("sold", at: site.clock.now)
        let recording = try Recording.simulated()
        // The server looks by itself who has been revoked, and may have been faster.
        do {
            try await device.send(device.connection.open(recording.header).frame)
        } catch  where error is ChannelError || error is IOError {}
        #expect(try await device.end()?.code == .deviceRevoked)
        #expect(try await site.witness.recording(recording.id) == nil)
        await #expect(throws: TestDevice.Ended.self) { try await server.connect(identity) }
        try await server.stop()
    }

    @Test("bytes that are no frame")
    func badMagic() async throws {
        try await Misbehaviour.expect(.badMagic, ends: .connection) { one in
            _ = try await one.openHalfway()
            try await one.device.send(bytes: Array("GET / HTTP/1.1\r\n\r\n".utf8))
        }
    }

    @Test("a frame of another version")
    func version() async throws {
        try await Misbehaviour.expect(.unsupportedVersion, ends: .connection) { one in
            _ = try await one.openHalfway()
            try await one.device.send(bytes: Self.bytes(of: one.device.connection.ping(token: 1)) { $0[2] = 2 })
        }
    }

    @Test("a frame with a flipped bit")
    func badChecksum() async throws {
        try await Misbehaviour.expect(.badChecksum, ends: .connection) { one in
            _ = try await one.openHalfway()
            try await one.device.send(bytes: Self.bytes(of: one.device.connection.ping(token: 1)) { $0[17] ^= 0x10 })
        }
    }

    @Test("a frame that announces more than any frame may hold")
    func tooLarge() async throws {
        try await Misbehaviour.expect(.frameTooLarge, ends: .connection) { one in
            let channel = try await one.openHalfway()
            let frame = one.recording.blockFrame(from: 1500, upTo: 2000, on: channel)
            try await one.device.send(
                bytes: Self.bytes(of: frame) { $0.replaceSubrange(8..<12, with: [0, 0, 0, 0x7F]) })
        }
    }

    @Test("the reason arrives although the device was still sending when the server had had enough")
    func reasonArrives() async throws {
        try await Misbehaviour.expect(.badMagic, ends: .connection) { one in
            _ = try await one.openHalfway()
            // Far more than the server reads at a time: what it never reads must not cost the device the answer.
            for _ in 0..<64 {
                one.device.channel.writeAndFlush(ByteBuffer(repeating: 0, count: 65_536), promise: nil)
            }
        }
    }

    @Test("a message that is none")
    func malformed() async throws {
        try await Misbehaviour.expect(.malformedMessage, ends: .connection) { one in
            let channel = try await one.openHalfway()
            try await one.device.send(Frame(.close, channel: channel, payload: ByteBuffer(bytes: [0xFF, 0xFF])))
        }
    }

    @Test("a proof that comes twice")
    func unexpected() async throws {
        try await Misbehaviour.expect(.unexpectedMessage, ends: .connection) { one in
            try await one.device.send(Frame(WireProof()))
        }
    }

    @Test("a handshake that is never finished ends when its time is over, and no sooner")
    func handshakeTimeout() async throws {
        let site = try IngestSite()
        let known = try await site.addDevice("known")
        let server = try await site.start()
        let silent = try await TestDevice.connect(to: server.devices, as: known, clock: site.clock)
        // One after the other they are given to all event loops, so one of them comes behind the silent one.
        var halves: [TestDevice] = []
        for _ in 0..<2 * System.coreCount {
            let half = try await TestDevice.connect(to: server.devices, as: known, clock: site.clock)
            try await half.greet()
            halves.append(half)
        }
        let healthy = try await server.connect(known)
        site.clock.advance(seconds: WireLimits.default.handshakeSeconds + 1)
        #expect(try await silent.end()?.code == .handshakeTimeout)
        for half in halves { #expect(try await half.end()?.code == .handshakeTimeout) }
        try await healthy.upload(.simulated())
        try await server.stop()
    }

    @Test("a clock that is set ends nobody's connection, and keeps none that is dead", arguments: [-7200, 7200])
    func setClock(seconds: Int) async throws {
        let site = try IngestSite()
        let known = try await site.addDevice("known")
        let server = try await site.start()
        let device = try await server.connect(known)
        // One after the other they are given to all event loops.
        var strangers: [TestDevice] = []
        for _ in 0..<2 * System.coreCount {
            let stranger = try await TestDevice.connect(to: server.devices, as: known, clock: site.clock)
            try await stranger.greet()
            strangers.append(stranger)
        }
        site.clock.set(by: .seconds(seconds))
        site.clock.advance(seconds: WireLimits.default.handshakeSeconds + 1)
        // They say that all loops have looked at the clock.
        for stranger in strangers { #expect(try await stranger.end()?.code == .handshakeTimeout) }
        try await device.pingPong()
        site.clock.advance(seconds: WireLimits.default.idleSeconds + 1)
        #expect(try await device.end()?.code == .idleTimeout)
        try await server.stop()
    }

    @Test("a connection that says nothing any more ends, and its recording goes on with the next one")
    func idleTimeout() async throws {
        let site = try IngestSite()
        let known = try await site.addDevice("known")
        let server = try await site.start()
        let recording = try Recording.simulated()
        let device = try await server.connect(known)
        let channel = try await device.open(recording.header).channel
        try await device.sendBlocks(of: recording, upTo: 2000, on: channel)
        try await device.stored(2000, on: channel)
        site.clock.advance(seconds: WireLimits.default.idleSeconds + 1)
        #expect(try await device.end()?.code == .idleTimeout)

        let again = try await server.connect(known)
        #expect(try await again.open(recording.header).storedSamples == 2000)
        try await server.stop()
    }

    @Test("a device that does not read what it asks for is not read either, and gets every answer once it reads")
    func answersNobodyReads() async throws {
        let site = try IngestSite()
        let known = try await site.addDevice("known")
        let server = try await site.start()
        let device = try await TestDevice.connect(
            to: server.devices, as: known, clock: site.clock, socketBufferBytes: 4096)
        try await device.introduce()
        try await device.channel.setOption(.autoRead, value: false).get()
        // Devices whose answers tell that every loop, of the server and of the devices, has taken what there was to take.
        var others: [TestDevice] = []
        for number in 0..<2 * System.coreCount {
            others.append(try await server.connect(try await site.addDevice("other-\(number)")))
        }

        // Kernel buffers on both ways take some megabytes; a server without a bound takes everything.
        let pingsPerWrite = 4096
        let mostWrites = 64
        let sent = Mutexed(0)
        for number in 0..<mostWrites {
            var buffer = ByteBuffer()
            for token in 1...UInt64(pingsPerWrite) {
                buffer.writeFrame(device.connection.ping(token: UInt64(number) << 32 | token))
            }
            device.channel.writeAndFlush(buffer).whenSuccess { sent.value += 1 }
        }
        let turnsWithoutProgress = 50
        var settled = 0
        var turns = 0
        while turns < turnsWithoutProgress, settled < mostWrites {
            for other in others { try await other.pingPong() }
            let now = sent.value
            turns = now > 0 && now == settled ? turns + 1 : 0
            settled = now
        }
        #expect(
            settled < mostWrites, "the server took \(settled) of \(mostWrites) writes from a device that reads nothing")

        try await device.channel.setOption(.autoRead, value: true).get()
        var pongs = 0
        while pongs < mostWrites * pingsPerWrite {
            guard let frame = try await device.nextFrame() else { break }
            if frame.type == .pong { pongs += 1 }
        }
        try await device.upload(.simulated())
        try await server.stop()
    }

    @Test("a device that sends more than its window is slowed down and loses nothing")
    func beyondTheWindow() async throws {
        let site = try IngestSite()
        let known = try await site.addDevice("known")
        let server = try await site.start()
        let recording = try Recording.simulated(seconds: 600)
        let device = try await server.connect(known)
        let channel = try await device.open(recording.header).channel
        // The machine would hold back; the frames are sent without asking it.
        var frames: [Frame] = []
        for first in stride(from: 0, to: recording.samples.count, by: 500) {
            frames.append(recording.blockFrame(from: first, upTo: first + 500, on: channel))
        }
        var close = WireClose()
        close.totalSamples = UInt64(recording.samples.count)
        try await device.send(frames + [Frame(close, channel: channel)])
        // The device's machine knows of no blocks, so the answers are read as they stand.
        var stored: UInt64 = 0
        while let frame = try await device.nextFrame(), frame.type != .closed {
            guard frame.type == .stored else { continue }
            let samples = try frame.message(WireStored.self).samples
            #expect(samples > stored)
            stored = samples
        }
        #expect(stored == UInt64(recording.samples.count))
        #expect(try await site.waveform(of: recording.id) == recording.samples)
        try await server.stop()
    }

    private static func bytes(of frame: Frame, damaged damage: (inout [UInt8]) -> Void) -> [UInt8] {
        var buffer = ByteBuffer()
        buffer.writeFrame(frame)
        var bytes = Array(buffer.readableBytesView)
        damage(&bytes)
        return bytes
    }
}
