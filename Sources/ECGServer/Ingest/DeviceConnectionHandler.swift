import ECGModel
import ECGStore
import ECGWire
import Logging
import Metrics
import NIOCore
import Synchronization

/// One device's connection: from bytes to verdict synchronously on its event loop, and everything slower (the register
/// of devices, the store) by futures that come back to it.
///
/// ``ServerConnection`` keeps the protocol, ``IngestSession`` a recording's decoder and analyser; this handler carries
/// out what they ask for. Confined to its event loop.
final class DeviceConnectionHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = Never
    typealias OutboundOut = ByteBuffer

    /// How long the last words may take to reach the device: a satellite link's round trip several times. Shorter than a
    /// graceful stop waits.
    private static let farewell = TimeAmount.seconds(3)
    /// What is analysed of one connection before others have their turn, in counts: ten seconds of twelve leads at 500 Hz take
    /// a millisecond. A flat line of as many minutes fits into one read of its socket.
    static let countsATurn = 60_000
    /// When a device that was put off may come again: its share grows by dozens until then.
    static let retrySeconds = 15

    /// The channel's own would be asked for by way of its pipeline, whose memory is cold whenever a device's turn comes.
    private static let allocator = ByteBufferAllocator()

    let id: ConnectionID
    let services: IngestServices
    let desk: IngestDesk
    private(set) var context: ChannelHandlerContext?
    var parser: FrameParser
    var connection: ServerConnection
    var sessions: [UInt32: IngestSession] = [:]
    var nextSession: UInt32 = 1
    /// The latest opening that was asked for on a channel, while the store has not answered.
    var openings: [UInt32: OpeningTicket] = [:]
    let news: AlertNews
    private(set) var network: RemoteNetwork?
    /// Its name, once it has proved it.
    var device: String?
    private var gate = ReadGate()
    /// What has been taken of it since its turn began.
    var countsInTurn = 0
    private var hasUnflushed = false

    init(id: ConnectionID, desk: IngestDesk, services: IngestServices) {
        self.id = id
        self.desk = desk
        self.services = services
        parser = FrameParser(limits: services.limits, isHandshaking: true)
        var random = SystemRandomNumberGenerator()
        connection = ServerConnection(
            serverNonce: (0..<WireProtocol.nonceBytes).map { _ in random.next() }, uptime: services.uptime(),
            limits: services.limits)
        news = AlertNews(store: services.store, loop: desk.loop)
    }

    /// Lets a timer see whether the connection is still there without keeping it.
    struct Weak {
        weak var reference: DeviceConnectionHandler?
        init(_ reference: DeviceConnectionHandler) { self.reference = reference }
    }

    var place: ConnectionPlace { ConnectionPlace(connection: id, desk: desk) }

    /// Says that the connection is inside TLS; before anything is received.
    func encrypted(with certificate: ServerCertificate) { connection.encrypted(with: certificate.binding) }

    // MARK: Channel events

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        desk.add(self, as: id)
    }

    func channelActive(context: ChannelHandlerContext) {
        network = context.remoteAddress.flatMap(RemoteNetwork.init)
        if let gone = services.traffic.unproven.add(place) {
            gone.desk.end(
                gone.connection,
                with: WireError(.overloaded, "too many connect at once", retryAfterSeconds: Self.retrySeconds))
        }
        if let network { pause(for: traffic { $0.connected(from: network, at: $1) }) }
        context.fireChannelActive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        desk.remove(id)
        services.traffic.unproven.remove(id)
        if let device {
            services.devices.remove(device, from: id)
            if !gate.isDraining, let newest = services.devices.connections(of: device).last {
                newest.desk.tellMissedNews(to: newest.connection, since: services.now())
            }
        }
        openings.values.forEach { $0.withdraw() }
        for (channel, session) in sessions {
            services.register.release(session.recording, from: id)
            drop(channel)
        }
        news.recordings.forEach { services.register.release($0, from: id) }
        self.context = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !connection.hasEnded else { return }
        let bytes = unwrapInboundIn(data)
        parser.append(bytes)
        connection.heard(uptime: services.uptime())
        if let device { pause(for: traffic { $0.received(bytes.readableBytes, from: device, at: $1) }) }
        if gate.isWaitingForTurn {
            gate.hasMoreThanOneTurn = true
        } else if isUrgent {
            receiveFrames()
        } else {
            awaitTurn()
        }
    }

    private func awaitTurn() {
        guard !gate.isWaitingForTurn else { return }
        gate.isWaitingForTurn = true
        desk.awaitTurn(id, isUrgent: isUrgent)
    }

    /// Whether what the device sends next may decide an alert that nobody has seen: a recording's first seconds, or who it is
    /// and what it wants to open.
    private var isUrgent: Bool { sessions.isEmpty || sessions.values.contains(where: \.isUrgent) }

    /// It is this connection's turn.
    func takeTurn() {
        gate.isWaitingForTurn = false
        gate.hasMoreThanOneTurn = false
        receiveFrames()
        flush()
    }

    /// Takes frames as far as the device has a share and there is room for what they hold, and no more than a turn's worth;
    /// the rest stays with the parser.
    private func receiveFrames(inTurn: Bool = true) {
        guard !gate.isWaitingForRoom else { return }
        let (now, uptime) = (services.now(), services.uptime())
        countsInTurn = 0
        while !connection.hasEnded, !gate.isPaused {
            guard !inTurn || countsInTurn < Self.countsATurn else { return awaitTurn() }
            gate.isWaitingForRoom = !desk.hasRoom(for: id, isUrgent: isUrgent)
            guard !gate.isWaitingForRoom else {
                services.metrics.waitsForDisk.increment()
                return
            }
            do throws(WireError) {
                guard let frame = try parser.next() else { return }
                perform(connection.receive(frame, now: now, uptime: uptime))
                dropIfRefused(frame.channel)
            } catch {
                perform(connection.fail(error))
                dropIfRefused(error.channel)
            }
        }
    }

    /// There is room again.
    func goOnReceiving() {
        gate.isWaitingForRoom = false
        receiveFrames()
        flush()
    }

    /// The device has a share again.
    private func endPause() {
        gate.isPaused = false
        receiveFrames()
        flush()
    }

    /// The protocol refuses some channels by itself, after a gap for example.
    private func dropIfRefused(_ channel: UInt32) {
        guard let session = sessions[channel], connection.recording(on: channel) != session.recording else { return }
        drop(channel)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        flush()
        context.fireChannelReadComplete()
    }

    // MARK: Reading

    func read(context: ChannelHandlerContext) {
        gate.isAsked = true
        readIfAllowed(context)
    }

    /// Reads the socket unless the device has too much on the way or does not take its answers, or the ``ReadGate`` says why
    /// not: TCP slows the device down, then.
    private func readIfAllowed(_ context: ChannelHandlerContext) {
        // The channel last: to ask it touches memory that is cold.
        guard gate.isAsked,
            connection.hasEnded || (connection.shouldRead && gate.isOpen && context.channel.isWritable)
        else { return }
        gate.isAsked = false
        context.read()
    }

    /// Asks the server's ``TrafficBook``, with the present time.
    func traffic<Answer: Sendable>(_ ask: (inout TrafficBook, Timestamp) -> Answer) -> Answer {
        let now = services.now()
        return services.traffic.book.withLock { ask(&$0, now) }
    }

    /// Does not read for a while; what the device sends waits in its own socket then.
    func pause(for duration: Duration) {
        guard duration > .zero, !gate.isPaused else { return }
        gate.isPaused = true
        let handler = NIOLoopBound(Weak(self), eventLoop: desk.loop)
        desk.loop.scheduleTask(in: TimeAmount(duration)) { handler.value.reference?.endPause() }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        flush()
        context.fireChannelWritabilityChanged()
    }

    func channelInactive(context: ChannelHandlerContext) {
        // What a device sent before it went is kept, and no other turn comes.
        receiveFrames(inTurn: false)
        log(.debug, "device disconnected")
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        log(.info, "connection failed", ["error": "\(error)"])
        context.close(promise: nil)
    }

    // MARK: What the protocol asks for

    func perform(_ action: ServerAction) {
        switch action {
        case .none: break
        case .send(let frames): send(frames)
        case .verify(let deviceID, let message, let signature): verify(deviceID, message, signature)
        case .open(let channel, let header): open(header, on: channel)
        case .block(let channel, _, let header, let data): take(header, data, on: channel)
        case .close(let channel, _, let totalSamples): close(channel, totalSamples: totalSamples)
        case .end(let frames, let error):
            send(frames)
            if let error {
                log(.notice, "connection ended", ["code": "\(error.code.name)", "detail": "\(error.detail)"])
            }
            hangUp()
        }
    }

    /// Ends this side and takes in what the device still has on the way until it ends its own. To close at once would make
    /// TCP reset the connection (RFC 1122, section 4.2.2.13), and the device might never read why.
    private func hangUp() {
        guard let context else { return }
        flush()
        context.close(mode: .output, promise: nil)
        let channel = context.channel
        desk.loop.scheduleTask(in: Self.farewell) { channel.close(promise: nil) }
    }

    func send(_ frames: [Frame]) {
        guard let context, !frames.isEmpty else { return }
        var buffer = Self.allocator.buffer(capacity: frames.reduce(0) { $0 + $1.byteCount })
        for frame in frames { buffer.writeFrame(frame) }
        context.write(wrapOutboundOut(buffer), promise: nil)
        hasUnflushed = true
    }

    /// Sends what has been written and goes on reading if the socket was held back.
    func flush() {
        guard let context else { return }
        if hasUnflushed {
            hasUnflushed = false
            context.flush()
        }
        readIfAllowed(context)
    }

    /// Called every second or so: time-outs count in tens of them.
    func checkTime(uptime: Duration) {
        // A device that does not take its answers is not waited for; one that is merely not being read is.
        let isHeldBack = (gate.isAsked || gate.isWaitingForTurn) && context?.channel.isWritable == true
        perform(connection.checkTime(uptime: uptime, isHeldBack: isHeldBack))
        flush()
    }

    // MARK: Stopping

    /// Lets what was received be acknowledged, then says goodbye.
    func drain() {
        gate.isDraining = true
        connection.drain()
        sayGoodbyeWhenDone()
    }

    func sayGoodbyeWhenDone() {
        guard gate.isDraining else { return }
        guard sessions.values.allSatisfy(\.isSettled) else { return }
        perform(connection.goodbye("the server is stopping"))
        flush()
    }

    func log(_ level: Logger.Level, _ message: Logger.Message, _ metadata: Logger.Metadata = [:]) {
        var metadata = metadata
        metadata["connection"] = "\(id.rawValue)"
        if let device { metadata["device"] = "\(device)" }
        services.logger.log(level: level, message, metadata: metadata)
    }
}
