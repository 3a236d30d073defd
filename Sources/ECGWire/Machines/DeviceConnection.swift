public import ECGModel
import NIOCore

/// The device's end of one connection: a value without sockets, clocks or keys.
///
/// ``start(now:)``, then sign what it asks to sign; after ``DeviceEvent/ready(_:)`` open recordings, and after
/// ``DeviceEvent/opened(channel:_:storedSamples:isClosed:)`` send blocks from that sample on while ``canSend(_:on:)``
/// allows it. After an outage a new connection opens the same recording and learns where to continue.
public struct DeviceConnection: Sendable {
    enum Phase: Hashable {
        case idle
        case awaitingChallenge
        case signing
        case awaitingWelcome
        case ready
        case ended
    }

    struct Channel: Hashable {
        enum State: Hashable { case opening, open, closing }
        var state = State.opening
        var recording: RecordingID
        var nextSample = 0
        var storedSamples = 0
        var outstanding = CircularBuffer<ServerChannel.Outstanding>()
    }

    let deviceID: String
    let software: String
    let clientNonce: [UInt8]
    var channelBinding = ChannelBinding.none
    var phase = Phase.idle
    var channels: [UInt32: Channel] = [:]
    /// What the server granted, once it has.
    public internal(set) var terms: DeviceTerms?
    public internal(set) var unacknowledgedBytes = 0
    public internal(set) var unacknowledgedBlocks = 0
    /// Server clock minus device clock at the handshake, half a round trip late.
    public internal(set) var serverClockOffset: Duration?
    private var startedAt: Timestamp?

    /// - Precondition: the name is a device's; `clientNonce` is ``WireProtocol/nonceBytes`` random bytes.
    public init(deviceID: String, software: String, clientNonce: [UInt8]) {
        precondition(WireProtocol.isDeviceID(deviceID), "a device's name has 1 to 64 plain characters")
        precondition(clientNonce.count == WireProtocol.nonceBytes, "a nonce has \(WireProtocol.nonceBytes) bytes")
        self.deviceID = deviceID
        self.software = software
        self.clientNonce = clientNonce
    }

    public var isReady: Bool { phase == .ready }
    public var hasEnded: Bool { phase == .ended }

    /// Says that the connection is encrypted; `binding` is the certificate that the server has shown.
    /// - Precondition: the connection has not started.
    public mutating func encrypted(with binding: ChannelBinding) {
        precondition(phase == .idle, "a connection is encrypted from its first byte")
        channelBinding = binding
    }

    /// The first frame. `now` is the device's clock.
    public mutating func start(now: Timestamp) -> DeviceAction {
        precondition(phase == .idle, "a connection starts once")
        phase = .awaitingChallenge
        startedAt = now
        var hello = WireHello()
        hello.deviceID = deviceID
        hello.protocolVersions = [UInt32(WireProtocol.version)]
        hello.codecs = BlockCodec.negotiable.map { UInt32($0.rawValue) }
        hello.clockMicroseconds = now.microsecondsSince1970
        hello.clientNonce = clientNonce.protobufBytes
        hello.software = software.protobufBytes
        hello.channelBinding = channelBinding.kind
        return .send([Frame(hello)])
    }

    /// The signature over the message of ``DeviceAction/sign(message:)``.
    public mutating func signed(_ signature: [UInt8]) -> DeviceAction {
        guard phase == .signing else { return .none }
        phase = .awaitingWelcome
        var proof = WireProof()
        proof.signature = signature.protobufBytes
        return .send([Frame(proof)])
    }

    /// Ends the connection in good order: send the frame, then close.
    public mutating func goodbye(_ reason: String = "") -> Frame {
        end()
        return Frame(goodbye: reason, fromServer: false)
    }

    /// Shows the server that the device is there; due when nothing was sent for a third of the idle time.
    public func ping(token: UInt64) -> Frame {
        var ping = WirePing()
        ping.token = token
        return Frame(ping)
    }

    mutating func end() {
        phase = .ended
        channels.removeAll()
        unacknowledgedBytes = 0
        unacknowledgedBlocks = 0
    }

    // MARK: Frames

    public mutating func receive(_ frame: Frame) -> DeviceAction {
        guard phase != .ended else { return .none }
        do throws(WireError) {
            return try handle(frame)
        } catch {
            end()
            return .end(error)
        }
    }

    private mutating func handle(_ frame: Frame) throws(WireError) -> DeviceAction {
        switch (phase, frame.type) {
        case (.awaitingChallenge, .challenge):
            let challenge = try frame.control(WireChallenge.self)
            guard challenge.serverNonce.count == WireProtocol.nonceBytes else {
                throw WireError(.malformedMessage, "a nonce has \(WireProtocol.nonceBytes) bytes")
            }
            if let startedAt {
                serverClockOffset = Timestamp(microsecondsSince1970: challenge.clockMicroseconds) - startedAt
            }
            phase = .signing
            return .sign(
                message: DeviceProof.message(
                    deviceID: deviceID, serverNonce: Array(challenge.serverNonce), clientNonce: clientNonce,
                    channelBinding: channelBinding))
        case (.awaitingWelcome, .welcome):
            let terms = try DeviceTerms(frame.control(WireWelcome.self))
            self.terms = terms
            phase = .ready
            return .event(.ready(terms))
        case (.ready, .opened), (.ready, .stored), (.ready, .closed):
            return try receiveProgress(frame)
        case (.ready, .reading):
            return .event(.reading(try ClinicReading(frame.control(WireReading.self))))
        case (.ready, .alertProgress):
            return .event(.alert(try AlertStatus(frame.control(WireAlertProgress.self))))
        case (.ready, .notice):
            return .event(.notice(ServerNotice(try frame.message(WireNotice.self))))
        case (.ready, .pong):
            return .event(.pong(token: try frame.control(WirePong.self).token))
        case (_, .refusal):
            let error = WireError(try frame.message(WireRefusal.self), channel: frame.channel)
            return receiveRefusal(error)
        case (_, .serverGoodbye):
            end()
            return .end(nil)
        default:
            if frame.type.isIgnorable { return .none }
            throw WireError(.unexpectedMessage, "the server sent a frame of type \(frame.type.rawValue) out of turn")
        }
    }
}
