import ECGModel
import ECGWire
import Foundation
import NIOCore
import Testing

/// Every frame of the protocol, byte for byte, in both directions.
@Suite(.serialized) struct GoldenTests {
    private func check<Message: ControlMessage & Equatable>(
        _ name: String, _ message: Message, channel: UInt32 = 0
    ) throws {
        let frame = Frame(message, channel: channel)
        try check(name, frame)
        #expect(try frame.message(Message.self) == message)
    }

    private func check(_ name: String, _ frame: Frame) throws {
        let written = Array(bytes(of: [frame]).readableBytesView)
        if GoldenFiles.areWritten {
            try GoldenFiles.write(written, "\(name).hex", comment: "A whole frame: header of 16 bytes, then payload.")
        }
        let golden = try GoldenFiles.bytes("\(name).hex")
        #expect(written == golden, "\(name)")
        #expect(try frames(in: ByteBuffer(bytes: golden)) == [frame], "\(name)")
    }

    @Test func deviceFrames() throws {
        var hello = WireHello()
        hello.deviceID = "clinic-3.ecg-1"
        hello.protocolVersions = [1]
        hello.codecs = [1]
        hello.clockMicroseconds = aMorning.microsecondsSince1970
        hello.clientNonce = Data(someClientNonce)
        hello.software = Data("example 1.0".utf8)
        try check("hello", hello)
        hello.channelBinding = 1
        try check("hello-tls", hello)
        var proof = WireProof()
        proof.signature = Data(try DeviceProofFile().signature)
        try check("proof", proof)
        try check("open", WireOpen(twelveLeadHeader()), channel: 1)
        var close = WireClose()
        close.totalSamples = 5000
        try check("close", close, channel: 1)
        var ping = WirePing()
        ping.token = 7
        try check("ping", ping)
        try check("goodbye", Frame(goodbye: "done", fromServer: false))
    }

    @Test func serverFrames() throws {
        var challenge = WireChallenge()
        challenge.serverNonce = Data(someServerNonce)
        challenge.clockMicroseconds = aMorning.microsecondsSince1970
        try check("challenge", challenge)
        var connection = BadInputTests.welcomed().connection
        var welcome = WireWelcome()
        welcome.protocolVersion = 1
        welcome.codec = 1
        welcome.maxBlockPayloadBytes = 262_144
        welcome.maxBlockSamples = 10_000
        welcome.maxUnacknowledgedBytes = 524_288
        welcome.maxUnacknowledgedBlocks = 256
        welcome.maxOpenRecordings = 64
        welcome.idleTimeoutMilliseconds = 90_000
        try check("welcome", welcome)
        _ = connection.receive(BadInputTests.open(), now: aMorning, uptime: .zero)
        guard case .send(let opened) = connection.opened(channel: 1, storedSamples: 2500, isClosed: false) else {
            Issue.record("not opened")
            return
        }
        try check("opened", opened[0])
        _ = connection.receive(BadInputTests.block(2500, 500), now: aMorning, uptime: .zero)
        guard case .send(let stored) = connection.stored(channel: 1, upTo: 3000) else {
            Issue.record("not stored")
            return
        }
        try check("stored", stored[0])
        var closed = WireClosed()
        closed.totalSamples = 5000
        try check("closed", closed, channel: 1)
        var pong = WirePong()
        pong.token = 7
        try check("pong", pong)
        try check("server-goodbye", Frame(goodbye: "restart", fromServer: true))
        let recording = twelveLeadHeader().id
        try check(
            "reading",
            Frame(
                ClinicReading(
                    recording: recording, priority: .high,
                    lines: ["Heart rate 72/min.", "ST elevation in V2, V3, V4."],
                    qualityAdvice: "Check the electrode of V6.")))
        try check(
            "alert-progress",
            Frame(
                AlertStatus(
                    alert: AlertID(7), recording: recording, code: "stemi", priority: .high, state: .acknowledged,
                    by: "Dr Li", at: aMorning, text: "ST elevation in V2, V3, V4.")))
        try check(
            "amended-report",
            Frame(
                AlertStatus(
                    alert: AlertID(7), recording: recording, code: "stemi", priority: .high, state: .reported,
                    by: "Dr Li", at: aMorning, text: "Pericarditis.", report: .amended,
                    reason: "Earlier recording found.", signedBy: "Dr Wang")))
        var notice = WireNotice()
        notice.code = 1
        notice.text = "This device's clock is 40 seconds behind. Set it: treatment times are counted by it."
        notice.clockOffsetMilliseconds = -40_000
        try check("notice", notice)
        try check(
            "refusal",
            Frame(WireError(.samplesOutOfOrder, "a block begins at sample 3500, 3000 is next", channel: 1)))
    }

    /// Message and signature of the example. That the signature fits the key is checked where there is cryptography.
    @Test func deviceProof() throws {
        let file = try DeviceProofFile()
        #expect(
            DeviceProof.message(
                deviceID: file.deviceID, serverNonce: file.serverNonce, clientNonce: file.clientNonce) == file.message)
        #expect(file.signature.count == WireProtocol.signatureBytes)

        let bound = try DeviceProofFile("device-proof-tls.txt")
        #expect(bound.certificateHash.count == ChannelBinding.hashBytes)
        #expect(
            DeviceProof.message(
                deviceID: bound.deviceID, serverNonce: bound.serverNonce, clientNonce: bound.clientNonce,
                channelBinding: .serverCertificate(sha256: bound.certificateHash)) == bound.message)
    }
}

struct DeviceProofFile {
    var deviceID = ""
    var serverNonce: [UInt8] = []
    var clientNonce: [UInt8] = []
    var certificateHash: [UInt8] = []
    var message: [UInt8] = []
    var signature: [UInt8] = []

    init(_ name: String = "device-proof.txt") throws {
        for line in try GoldenFiles.lines(name) {
            let parts = line.split(separator: " ")
            switch parts[0] {
            case "device-id": deviceID = String(parts[1])
            case "server-nonce": serverNonce = GoldenFiles.hexBytes(parts[1])
            case "client-nonce": clientNonce = GoldenFiles.hexBytes(parts[1])
            case "certificate-sha256": certificateHash = GoldenFiles.hexBytes(parts[1])
            case "message": message = GoldenFiles.hexBytes(parts[1])
            case "signature": signature = GoldenFiles.hexBytes(parts[1])
            default: break
            }
        }
    }
}
