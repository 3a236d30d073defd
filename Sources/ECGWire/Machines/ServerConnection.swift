public import ECGModel
import NIOCore

/// The server's end of one connection: a value without sockets, clocks or keys.
///
/// Feed it every frame that ``FrameParser`` gives and do what the returned action says; tell it what became of the work
/// it asked for. It keeps the order of the handshake, knows which channels are open and which sample each expects
/// next, and counts what was received and not yet stored.
///
/// After ``ServerAction/end(_:error:)`` every call returns ``ServerAction/none``, so answers that come late from the
/// store need no special care.
public struct ServerConnection: Sendable {
    enum Phase: Hashable {
        case awaitingHello
        case awaitingProof(deviceID: String, message: [UInt8])
        case verifying(deviceID: String)
        case ready(deviceID: String)
        case ended
    }

    public let limits: WireLimits
    let serverNonce: [UInt8]
    var channelBinding = ChannelBinding.none
    var phase = Phase.awaitingHello
    /// The codec that Hello and this end have in common.
    var codec = BlockCodec.v1
    /// Device clock minus server clock when Hello arrived.
    public internal(set) var clockOffset: Duration?
    /// Name and version of the device's software, for the operator.
    public internal(set) var software = ""
    /// By a clock that nobody sets, as all time-outs are.
    let connectedAt: Duration
    var lastHeardAt: Duration
    var channels: [UInt32: ServerChannel] = [:]
    var isDraining = false
    /// Block bytes and blocks received and not yet reported as stored.
    public internal(set) var unacknowledgedBytes = 0
    public internal(set) var unacknowledgedBlocks = 0

    /// - Parameter uptime: what a clock shows that nobody sets; time-outs count by it, since the wall clock may jump.
    /// - Precondition: `serverNonce` is ``WireProtocol/nonceBytes`` random bytes that no other connection has.
    public init(serverNonce: [UInt8], uptime: Duration, limits: WireLimits = .default) {
        precondition(serverNonce.count == WireProtocol.nonceBytes, "a nonce has \(WireProtocol.nonceBytes) bytes")
        self.serverNonce = serverNonce
        self.limits = limits
        connectedAt = uptime
        lastHeardAt = uptime
    }

    /// The name of the device, once it has proved it.
    public var deviceID: String? {
        if case .ready(let id) = phase { id } else { nil }
    }

    public var hasEnded: Bool { phase == .ended }

    /// Whether the connection may go on reading. A device that keeps to the window it was told never makes this false;
    /// for one that does not, the network holds back what the server will not take.
    public var shouldRead: Bool {
        unacknowledgedBytes < limits.unacknowledgedBytes && unacknowledgedBlocks < limits.unacknowledgedBlocks
    }

    /// The recording that is open on a channel. One that was refused is not: whoever keeps something for it lets go of that.
    public func recording(on channel: UInt32) -> RecordingID? { channels[channel]?.recording }

    /// Says that the connection is encrypted: the device's proof must be bound to `binding`, then.
    /// - Precondition: nothing has been received.
    public mutating func encrypted(with binding: ChannelBinding) {
        precondition(phase == .awaitingHello, "a connection is encrypted from its first byte")
        channelBinding = binding
    }

    /// Says that bytes have come, of a frame that may take long: the largest block needs three minutes at 9.6 kbit/s.
    public mutating func heard(uptime: Duration) { lastHeardAt = uptime }

    // MARK: Frames

    /// - Parameter now: the wall clock, with which the device's is compared.
    public mutating func receive(_ frame: Frame, now: Timestamp, uptime: Duration) -> ServerAction {
        guard phase != .ended else { return .none }
        lastHeardAt = uptime
        do throws(WireError) {
            return try handle(frame, now: now)
        } catch {
            return fail(error)
        }
    }

    /// Ends the connection with an error, for example one that ``FrameParser`` threw; an error of a channel ends that
    /// channel only.
    public mutating func fail(_ error: WireError) -> ServerAction {
        guard phase != .ended else { return .none }
        if !error.endsConnection {
            // An opening that was refused because the channel is in use leaves that recording alone: both would be lost
            // by one mistake.
            if error.code == .channelInUse, let channel = channels[error.channel], channel.state != .opening {
                return .send([Frame(error, limits: limits)])
            }
            return refused(channel: error.channel, error)
        }
        end()
        return .end([Frame(error, limits: limits)], error: error)
    }

    /// Asks whether the connection has been silent, or without a proof, for too long. Call it about once a second.
    ///
    /// - Parameter isHeldBack: The server has not been reading, for reasons of its own: silence proves nothing, then. Nor does
    ///   it while ``shouldRead`` is false.
    public mutating func checkTime(uptime: Duration, isHeldBack: Bool = false) -> ServerAction {
        switch phase {
        case .ended: return .none
        case .ready:
            if isHeldBack || !shouldRead { lastHeardAt = uptime }
            guard uptime - lastHeardAt > .seconds(limits.idleSeconds) else { return .none }
            return fail(WireError(.idleTimeout, "nothing came for \(limits.idleSeconds) seconds"))
        case .awaitingHello, .awaitingProof, .verifying:
            guard uptime - connectedAt > .seconds(limits.handshakeSeconds) else { return .none }
            return fail(WireError(.handshakeTimeout, "no proof within \(limits.handshakeSeconds) seconds"))
        }
    }

    /// Says that the server is about to stop: nothing new is opened, what is open may be finished until the caller
    /// closes the connection with ``goodbye(_:)``.
    public mutating func drain() { isDraining = true }

    /// Ends the connection in good order.
    public mutating func goodbye(_ reason: String) -> ServerAction {
        guard phase != .ended else { return .none }
        end()
        return .end([Frame(goodbye: reason.prefix(bytes: limits.textBytes), fromServer: true)], error: nil)
    }

    mutating func end() {
        phase = .ended
        channels.removeAll()
        unacknowledgedBytes = 0
        unacknowledgedBlocks = 0
    }

    private mutating func handle(_ frame: Frame, now: Timestamp) throws(WireError) -> ServerAction {
        switch (phase, frame.type) {
        case (.awaitingHello, .hello):
            return try receiveHello(frame.control(WireHello.self), now: now)
        case (.awaitingProof(let device, let message), .proof):
            return try receiveProof(frame.control(WireProof.self), deviceID: device, message: message)
        case (.ready, .open):
            return try receiveOpen(frame)
        case (.ready, .block):
            return try receiveBlock(frame)
        case (.ready, .close):
            return try receiveClose(frame)
        case (.ready, .ping):
            var pong = WirePong()
            pong.token = try frame.control(WirePing.self).token
            return .send([Frame(pong)])
        case (_, .goodbye):
            end()
            return .end([], error: nil)
        default:
            if frame.type.isIgnorable { return .none }
            if FrameType.ofDevice.contains(frame.type) {
                throw WireError(.unexpectedMessage, "a frame of type \(frame.type.rawValue) came \(phase.place)")
            }
            throw WireError(.unknownFrameType, "no device sends frames of type \(frame.type.rawValue)")
        }
    }
}

extension FrameType {
    static let ofDevice: Set<FrameType> = [.hello, .proof, .open, .block, .close, .ping, .goodbye]
}

extension Frame {
    /// Reads a message that belongs to the connection itself.
    func control<Message: ControlMessage>(_ type: Message.Type) throws(WireError) -> Message {
        guard channel == 0 else {
            throw WireError(
                .malformedMessage, "a frame of type \(self.type.rawValue) belongs to channel 0, not \(channel)")
        }
        return try message(type)
    }
}

extension ServerConnection.Phase {
    /// For error texts.
    var place: String {
        switch self {
        case .awaitingHello: "before Hello"
        case .awaitingProof: "before Proof"
        case .verifying: "before Welcome"
        case .ready: "after Welcome"
        case .ended: "after the end"
        }
    }
}
