import ECGModel
import ECGWire
import Foundation
import NIOCore
import Testing

@Suite struct HandshakeTests {
    private static func hello(_ change: (inout WireHello) -> Void = { _ in }) -> Frame {
        var message = WireHello()
        message.deviceID = "clinic-3.ecg-1"
        message.protocolVersions = [1]
        message.codecs = [1]
        message.clockMicroseconds = aMorning.microsecondsSince1970
        message.clientNonce = Data(someClientNonce)
        change(&message)
        return Frame(message)
    }

    private static func answer(to frames: [Frame], now: Timestamp = aMorning) -> ServerAction {
        var connection = ServerConnection(serverNonce: someServerNonce, uptime: .zero)
        var last = ServerAction.none
        for frame in frames { last = connection.receive(frame, now: now, uptime: .zero) }
        return last
    }

    private static func endCode(_ action: ServerAction) -> WireError.Code? {
        if case .end(_, let error) = action { error?.code } else { nil }
    }

    @Test func helloIsChecked() {
        #expect(Self.endCode(Self.answer(to: [Self.hello { $0.protocolVersions = [2, 3] }])) == .unsupportedVersion)
        #expect(Self.endCode(Self.answer(to: [Self.hello { $0.codecs = [9] }])) == .noCommonCodec)
        #expect(Self.endCode(Self.answer(to: [Self.hello { $0.deviceID = "" }])) == .malformedMessage)
        #expect(Self.endCode(Self.answer(to: [Self.hello { $0.deviceID = "a b" }])) == .malformedMessage)
        #expect(
            Self.endCode(Self.answer(to: [Self.hello { $0.deviceID = String(repeating: "a", count: 65) }]))
                == .malformedMessage)
        #expect(Self.endCode(Self.answer(to: [Self.hello { $0.clientNonce = Data([1]) }])) == .malformedMessage)
        #expect(Self.endCode(Self.answer(to: [Self.hello(), Self.hello()])) == .unexpectedMessage)
        #expect(Self.endCode(Self.answer(to: [Frame(WirePing())])) == .unexpectedMessage)
        #expect(Self.endCode(Self.answer(to: [Self.hello(), Frame(WireProof())])) == .malformedMessage)
    }

    @Test("the name of a device's software takes one line of the log, and holds no commands to whoever reads that")
    func softwareOnOneLine() {
        func software(_ sent: Data) -> String {
            var connection = ServerConnection(serverNonce: someServerNonce, uptime: .zero)
            _ = connection.receive(Self.hello { $0.software = sent }, now: aMorning, uptime: .zero)
            return connection.software
        }
        let forged = "v1\r\n2026-11-22 notice\u{2028}\u{1B}[2J\u{202E}"
        #expect(software(Data(forged.utf8)) == "v1  2026-11-22 notice  [2J ")
        #expect(software(Data("心电 2".utf8)) == "心电 2")
        #expect(software(Data("心电".utf8.dropLast())) == "心")
        #expect(software(Data(repeating: 0xFF, count: 500)).utf8.count <= WireLimits.default.softwareBytes)
    }

    /// A device may say any time; what the server keeps of it can be reckoned with, and the device hears that it is wrong.
    @Test(arguments: [Int64.min, -1, 0, 4_000_000_000_000_000_000, .max])
    func aClockBeyondSenseIsBounded(microseconds: Int64) {
        var connection = ServerConnection(serverNonce: someServerNonce, uptime: .zero)
        _ = connection.receive(Self.hello { $0.clockMicroseconds = microseconds }, now: aMorning, uptime: .zero)
        let offset = connection.clockOffset ?? .zero
        #expect(offset != .zero && abs(offset.components.seconds) <= Timestamp.longestClockOffset.components.seconds)
        #expect((offset < .zero) == (microseconds < aMorning.microsecondsSince1970))
    }

    /// What comes back does not depend on whether the device exists: neither to Hello nor to a bad proof.
    @Test func unknownDeviceLooksLikeAWrongKey() throws {
        var device = DeviceEnd(uploads: [], blockSamples: 1, key: 2)
        var server = ServerEnd(key: 1)
        let (_, wrongKey) = converse(&device, &server)
        #expect(device.error?.code == .authenticationFailed)
        #expect(server.error?.code == .authenticationFailed)

        var connection = ServerConnection(serverNonce: someServerNonce, uptime: .zero)
        var answers: [Frame] = []
        var proof = WireProof()
        proof.signature = Data(repeating: 0, count: 64)
        for frame in [Self.hello { $0.deviceID = "nobody" }, Frame(proof)] {
            if case .send(let frames) = connection.receive(frame, now: aMorning, uptime: .zero) { answers += frames }
        }
        if case .end(let frames, _) = connection.proofRejected() { answers += frames }
        #expect(bytes(of: answers) == wrongKey)
    }

    @Test func clockIsToldAndNotRefused() throws {
        let year = 365 * 86_400
        for (offset, isTold) in [
            (0, false), (9, false), (-9, false), (10, true), (-40, true), (5 * year, true), (-50 * year, true),
        ] {
            let clock = aMorning + .seconds(offset)
            var device = DeviceEnd(uploads: ConversationTests.uploads, blockSamples: 250, clock: clock)
            var server = ServerEnd()
            _ = converse(&device, &server)
            let notices = device.events.compactMap { if case .notice(let notice) = $0 { notice } else { nil } }
            #expect(notices.map(\.clockOffset) == (isTold ? [.seconds(offset)] : []))
            #expect(server.kept[ConversationTests.uploads[0].header.id]?.isClosed == true)
            #expect(server.connection.clockOffset == .seconds(offset))
            #expect(device.connection.serverClockOffset == .seconds(-offset))
        }
    }

    @Test func impossibleClockIsHarmless() {
        for clock in [Int64.min, .max] {
            guard case .send = Self.answer(to: [Self.hello { $0.clockMicroseconds = clock }]) else {
                Issue.record("a clock of \(clock) was refused")
                return
            }
            guard
                case .send = Self.answer(
                    to: [Self.hello { $0.clockMicroseconds = clock }],
                    now: Timestamp(microsecondsSince1970: clock < 0 ? .max : -5))
            else {
                Issue.record("a clock of \(clock) was refused")
                return
            }
        }
    }

    @Test func silenceEnds() {
        var connection = ServerConnection(serverNonce: someServerNonce, uptime: .zero)
        #expect(connection.checkTime(uptime: .seconds(10)) == .none)
        #expect(Self.endCode(connection.checkTime(uptime: .seconds(11))) == .handshakeTimeout)
        var ready = BadInputTests.welcomed().connection
        #expect(ready.checkTime(uptime: .seconds(90)) == .none)
        _ = ready.receive(Frame(WirePing()), now: aMorning, uptime: .seconds(80))
        #expect(ready.checkTime(uptime: .seconds(170)) == .none)
        // A large block on a slow link is on its way.
        ready.heard(uptime: .seconds(170))
        #expect(ready.checkTime(uptime: .seconds(260)) == .none)
        #expect(Self.endCode(ready.checkTime(uptime: .seconds(261))) == .idleTimeout)
        #expect(ready.hasEnded)
    }

    /// While the server does not read, silence is its own.
    @Test func heldBackIsNotSilent() {
        var ready = BadInputTests.welcomed().connection
        #expect(ready.checkTime(uptime: .seconds(89), isHeldBack: true) == .none)
        #expect(ready.checkTime(uptime: .seconds(178)) == .none)
        #expect(Self.endCode(ready.checkTime(uptime: .seconds(180))) == .idleTimeout)
    }

    @Test func proofCoversNameAndBothNonces() {
        let message = DeviceProof.message(
            deviceID: "a-1", serverNonce: someServerNonce, clientNonce: someClientNonce)
        #expect(
            message == Array("ecg-net device proof v1".utf8) + [0, 3] + Array("a-1".utf8) + someServerNonce
                + someClientNonce + [0])
        let hash = Array(repeating: UInt8(9), count: ChannelBinding.hashBytes)
        let bound = DeviceProof.message(
            deviceID: "a-1", serverNonce: someServerNonce, clientNonce: someClientNonce,
            channelBinding: .serverCertificate(sha256: hash))
        #expect(bound == message.dropLast() + [53] + Array("tls-server-end-point:".utf8) + hash)
    }

    /// Neither end takes a connection for encrypted that the other takes for plain.
    @Test func bothEndsMeanTheSameBinding() {
        let mine = ChannelBinding.serverCertificate(sha256: Array(repeating: 9, count: ChannelBinding.hashBytes))
        let others = ChannelBinding.serverCertificate(sha256: Array(repeating: 9, count: 31) + [8])
        for (deviceSees, serverShows, code) in [
            (ChannelBinding.none, ChannelBinding.none, WireError.Code?.none), (mine, mine, nil),
            (others, mine, .authenticationFailed), (.none, mine, .wrongChannelBinding),
            (mine, .none, .wrongChannelBinding),
        ] {
            var device = DeviceEnd(uploads: [], blockSamples: 1, binding: deviceSees)
            var server = ServerEnd(binding: serverShows)
            _ = converse(&device, &server)
            #expect(device.error?.code == code)
            #expect(server.error?.code == code)
            #expect(device.connection.isReady == (code == nil))
        }
    }

    @Test(arguments: [nil, 30]) func aRefusalSaysWhenToTryAgain(seconds: Int?) throws {
        var device = DeviceEnd(uploads: [], blockSamples: 1)
        let refusal = WireError(.overloaded, "the queue is full", retryAfterSeconds: seconds)
        device.receive(bytes(of: [Frame(refusal)]))
        #expect(try #require(device.error) == refusal)
    }

    @Test func deviceRefusesAServerThatMakesNoSense() {
        func end(_ frames: [Frame]) -> WireError.Code? {
            var device = DeviceEnd(uploads: [], blockSamples: 1)
            device.receive(bytes(of: frames))
            return device.error?.code
        }
        var challenge = WireChallenge()
        challenge.serverNonce = Data(someServerNonce)
        var welcome = WireWelcome()
        welcome.protocolVersion = 1
        welcome.codec = 1
        #expect(end([Frame(WireWelcome())]) == .unexpectedMessage)
        #expect(end([Frame(WireChallenge())]) == .malformedMessage)
        #expect(end([Frame(challenge), Frame(welcome)]) == .malformedMessage)
        welcome.codec = 300
        #expect(end([Frame(challenge), Frame(welcome)]) == .noCommonCodec)
        welcome.protocolVersion = 7
        #expect(end([Frame(challenge), Frame(welcome)]) == .unsupportedVersion)
        #expect(end([Frame(challenge), Frame(challenge)]) == .unexpectedMessage)
    }
}
