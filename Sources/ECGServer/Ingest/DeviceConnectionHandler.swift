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
    /// When a device that was put off may come again: its share grows by dozens until then.
    private static let retrySeconds = 15

    let id: ConnectionID
    let services: IngestServices
    private let desk: IngestDesk
    private var context: ChannelHandlerContext?
    private var parser: FrameParser
    private var connection: ServerConnection
    private(set) var sessions: [UInt32: IngestSession] = [:]
    private var nextSession: UInt32 = 1
    private var news: AlertNews
    private var isReadHeldBack = false
    /// Whether the device, or its address, has had its share for now.
    private var isPaused = false
    /// Whether what was received waits for room in the queue for the disk.
    private var isWaitingForRoom = false
    private var network: RemoteNetwork?
    private var isDraining = false
    private var hasUnflushed = false

    init(id: ConnectionID, desk: IngestDesk, services: IngestServices) {
        self.id = id
        self.desk = desk
        self.services = services
        parser = FrameParser(limits: services.limits, isHandshaking: true)
        var random = SystemRandomNumberGenerator()
        connection = ServerConnection(
            serverNonce: (0..<WireProtocol.nonceBytes).map { _ in random.next() }, now: services.now(),
            limits: services.limits)
        news = AlertNews(store: services.store, loop: desk.loop)
    }

    /// Lets a timer see whether the connection is still there without keeping it.
    private struct Weak {
        weak var reference: DeviceConnectionHandler?
        init(_ reference: DeviceConnectionHandler) { self.reference = reference }
    }

    private var device: String?
    private var place: ConnectionPlace { ConnectionPlace(connection: id, desk: desk) }

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
        if let device { services.devices.remove(device, from: id) }
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
        if let device { pause(for: traffic { $0.received(bytes.readableBytes, from: device, at: $1) }) }
        if !isWaitingForRoom { receiveFrames() }
    }

    /// Takes frames as far as there is room for what they hold; the rest stays with the parser.
    private func receiveFrames() {
        let now = services.now()
        while !connection.hasEnded {
            isWaitingForRoom = !desk.hasRoom(for: id)
            guard !isWaitingForRoom else {
                services.metrics.waitsForDisk.increment()
                return
            }
            do throws(WireError) {
                guard let frame = try parser.next() else { return }
                perform(connection.receive(frame, now: now))
                dropIfRefused(frame.channel)
            } catch {
                perform(connection.fail(error))
                dropIfRefused(error.channel)
            }
        }
    }

    /// There is room again.
    func goOnReceiving() {
        isWaitingForRoom = false
        receiveFrames()
        flush()
    }

    /// The protocol refuses some channels by itself, after a gap for example.
    private func dropIfRefused(_ channel: UInt32) {
        guard let session = sessions[channel], connection.openRecordings[channel] != session.recording else { return }
        drop(channel)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        flush()
        context.fireChannelReadComplete()
    }

    /// Whether the socket is read. Not while the device has too much on the way or does not take its answers, so that TCP
    /// slows it down, nor while the server is stopping, so that the last acknowledgement can be given.
    private func mayRead(_ context: ChannelHandlerContext) -> Bool {
        connection.hasEnded
            || (connection.shouldRead && context.channel.isWritable && !isDraining && !isPaused
                && !isWaitingForRoom)
    }

    func read(context: ChannelHandlerContext) {
        if mayRead(context) {
            context.read()
        } else {
            isReadHeldBack = true
        }
    }

    /// Asks the server's ``TrafficBook``, with the present time.
    private func traffic<Answer: Sendable>(_ ask: (inout TrafficBook, Timestamp) -> Answer) -> Answer {
        let now = services.now()
        return services.traffic.book.withLock { ask(&$0, now) }
    }

    /// Does not read for a while; what the device sends waits in its own socket then.
    private func pause(for duration: Duration) {
        guard duration > .zero, !isPaused else { return }
        isPaused = true
        let handler = NIOLoopBound(Weak(self), eventLoop: desk.loop)
        desk.loop.scheduleTask(in: TimeAmount(duration)) {
            handler.value.reference?.isPaused = false
            handler.value.reference?.flush()
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        flush()
        context.fireChannelWritabilityChanged()
    }

    func channelInactive(context: ChannelHandlerContext) {
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

    private func send(_ frames: [Frame]) {
        guard let context, !frames.isEmpty else { return }
        var buffer = context.channel.allocator.buffer(capacity: frames.reduce(0) { $0 + $1.byteCount })
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
        if isReadHeldBack, mayRead(context) {
            isReadHeldBack = false
            context.read()
        }
    }

    /// Called every second or so: time-outs count in tens of them.
    func checkTime(_ now: Timestamp) {
        // A device that does not take its answers is not waited for; one that is merely not being read is.
        let isHeldBack = isReadHeldBack && context?.channel.isWritable == true
        perform(connection.checkTime(now: now, isHeldBack: isHeldBack))
        flush()
    }

    // MARK: Who

    private func verify(_ deviceID: String, _ message: [UInt8], _ signature: [UInt8]) {
        let proof = DeviceProofCheck(store: services.store, now: services.now)
        let software = connection.software
        let hello = DeviceHello(
            software: software.isEmpty ? nil : software, clockOffset: connection.clockOffset)
        desk.loop.makeFutureWithTask {
            try await proof.accepts(signature, over: message, by: deviceID, hello: hello)
        }
        .assumeIsolated().whenComplete { [self] result in
            switch result {
            case .success(true):
                admit(deviceID)
            case .success(false):
                reject()
            case .failure(let error):
                failInternally(error)
            }
            flush()
        }
    }

    /// Answers at once, or late where many proofs have failed behind the same address. Those that are good are not held up.
    private func reject() {
        let wait = network.map { network in traffic { $0.proofFailed(from: network, at: $1) } } ?? .zero
        guard wait > .zero else {
            perform(connection.proofRejected())
            return
        }
        let handler = NIOLoopBound(Weak(self), eventLoop: desk.loop)
        desk.loop.scheduleTask(in: TimeAmount(wait)) {
            guard let handler = handler.value.reference else { return }
            handler.perform(handler.connection.proofRejected())
            handler.flush()
        }
    }

    private func admit(_ deviceID: String) {
        guard context != nil, !connection.hasEnded else { return }
        services.traffic.unproven.remove(id)
        guard traffic({ $0.proved(deviceID, at: $1) }) else {
            end(with: WireError(.overloaded, "the device connects too often", retryAfterSeconds: Self.retrySeconds))
            return
        }
        device = deviceID
        parser.handshakeCompleted()
        perform(connection.proofAccepted())
        log(.info, "device connected", ["software": "\(connection.software)"])
        if let surplus = services.devices.add(deviceID, at: place) {
            surplus.desk.end(
                surplus.connection,
                with: WireError(
                    .tooManyConnections,
                    "the device has \(ConnectedDevices.connectionsPerDevice) newer connections"))
        }
    }

    /// Ends the connection for a reason that lies outside of it.
    func end(with error: WireError) {
        perform(connection.fail(error))
        flush()
    }

    // MARK: Recordings

    private func open(_ header: RecordingHeader, on channel: UInt32) {
        guard let device else { preconditionFailure("recordings are opened after the proof") }
        guard traffic({ $0.opens(device, at: $1) }) else {
            perform(
                connection.refused(
                    channel: channel,
                    WireError(
                        .overloaded, "the device opens recordings too often", retryAfterSeconds: Self.retrySeconds)))
            return
        }
        let opening = RecordingOpening(
            store: services.store, table: services.tables.current, parked: services.parked,
            turnstile: services.turnstile,
            now: services.now)
        let clockOffset = connection.clockOffset
        desk.loop.makeFutureWithTask { try await opening.open(header, device: device, clockOffset: clockOffset) }
            .assumeIsolated().whenComplete { [self] result in
                switch result {
                case .success(let opened): start(opened, on: channel)
                case .failure(let error): refuse(channel, error)
                }
                flush()
            }
    }

    private func start(_ opened: RecordingOpening.Opened, on channel: UInt32) {
        guard context != nil, !connection.hasEnded else { return }
        let recording = opened.recording
        // Not before the store has said whose it is: another device's wrong name must not disturb the owner.
        if let previous = services.register.take(recording.id, for: place) {
            previous.desk.takeOver(recording.id, from: previous.connection)
        }
        let isClosed = recording.status == .closed
        if !isClosed {
            sessions[channel] = IngestSession(
                serial: nextSession, recording: recording, interpreter: opened.interpreter)
            nextSession &+= 1
        }
        perform(
            connection.opened(channel: channel, storedSamples: recording.sampleCount, isClosed: isClosed))
        if let reading = opened.reading {
            send([Frame(ClinicReading(reading, recording: recording.id), limits: services.limits)])
        }
        tellNews(of: recording.id)
        log(
            .info, "recording opened",
            ["recording": "\(recording.id)", "stored": "\(recording.sampleCount)", "closed": "\(isClosed)"])
    }

    private func refuse(_ channel: UInt32, _ error: any Error) {
        switch error {
        case StoreError.recordingOfAnotherDevice:
            perform(connection.refused(channel: channel, WireError(.recordingOfAnotherDevice, "\(error)")))
        case StoreError.headerMismatch:
            perform(connection.refused(channel: channel, WireError(.headerMismatch, "\(error)")))
        case StoreError.unknownDevice:
            perform(connection.fail(WireError(.deviceRevoked, "\(error)")))
        default:
            failInternally(error)
        }
    }

    private func take(_ header: BlockHeader, _ data: ByteBuffer, on channel: UInt32) {
        guard let session = sessions[channel] else { return }
        do throws(WireError) {
            let change = try session.take(header, data, with: desk.decoder)
            services.metrics.bytes.increment(by: data.readableBytes)
            submit(change, of: session)
        } catch {
            drop(channel)
            perform(connection.refused(channel: channel, error))
        }
    }

    private func close(_ channel: UInt32, totalSamples: Int) {
        guard let session = sessions[channel] else { return }
        submit(session.close(totalSamples: totalSamples), of: session)
    }

    private func submit(_ change: IngestChange, of session: IngestSession) {
        let tag = IngestDesk.Tag(connection: id, session: session.serial)
        guard services.committer.submit(change, tag: tag.packed, to: desk) else {
            perform(connection.fail(WireError(.overloaded, "the queue for the disk is full")))
            return
        }
    }

    // MARK: What became of it

    /// The store's answer to one change of a session; the caller flushes.
    func committed(_ result: IngestResult, session serial: UInt32) {
        guard let (channel, session) = sessions.first(where: { $0.value.serial == serial }) else { return }
        switch (session.settle(), result) {
        case (.block(let receivedAt), .stored(let upTo)):
            services.metrics.blocks.increment()
            services.metrics.ackLatency.record(duration: receivedAt.duration(to: .now))
            perform(connection.stored(channel: channel, upTo: upTo))
        case (.close(let reading), .stored):
            drop(channel)
            perform(connection.closed(channel: channel))
            send([Frame(ClinicReading(reading, recording: session.recording), limits: services.limits)])
            log(.info, "recording closed", ["recording": "\(session.recording)"])
        case (_, .gap(let expected)):
            lose(channel, WireError(.samplesOutOfOrder, "\(expected) is the next sample"))
        case (_, .brokenRun(let expected)):
            lose(channel, WireError(.brokenRun, "another connection stored up to \(expected) meanwhile"))
        case (_, .refused(let reason)):
            lose(channel, WireError(.recordingClosed, reason))
        }
        if isDraining { sayGoodbyeWhenDone() }
    }

    private func lose(_ channel: UInt32, _ error: WireError) {
        drop(channel)
        perform(connection.refused(channel: channel, error))
    }

    /// Nothing of what is under way is promised: the device connects again and continues where the store says.
    func commitFailed() {
        perform(connection.fail(WireError(.internalError, "the store could not commit")))
        flush()
    }

    /// Another connection has taken the recording over.
    func lose(_ recording: RecordingID) {
        guard let channel = sessions.first(where: { $0.value.recording == recording })?.key else { return }
        lose(channel, WireError(.channelInUse, "recording \(recording) continues on another connection"))
        flush()
    }

    /// Ends a session. The recording stays in the register, so that the device hears of its alerts.
    /// Its analyser is kept for a while, in case the device comes back.
    private func drop(_ channel: UInt32) {
        guard let session = sessions.removeValue(forKey: channel), let interpreter = session.unfinishedInterpreter
        else {
            return
        }
        services.parked.keep(
            interpreter, of: session.recording, sampleCount: session.endSample, at: services.now())
    }

    private func failInternally(_ error: any Error) {
        log(.error, "the store failed", ["error": "\(error)"])
        perform(connection.fail(WireError(.internalError, "the store failed")))
    }

    // MARK: News of alerts

    /// Tells the device every step of the recording's alerts that it has not been told.
    func tellNews(of recording: RecordingID) {
        let forgotten = news.remember(recording) { needed in
            self.sessions.values.contains { $0.recording == needed }
        }
        if let forgotten { services.register.release(forgotten, from: id) }
        news.fetch(recording) { [weak self] result in
            guard let self else { return }
            switch result {
            case .success(let statuses):
                send(statuses.map { Frame($0, limits: self.services.limits) })
                flush()
            case .failure(let error):
                log(.error, "alerts cannot be read for the device", ["error": "\(error)"])
            }
        }
    }

    // MARK: Stopping

    /// Lets what was received be acknowledged, then says goodbye.
    func drain() {
        isDraining = true
        connection.drain()
        sayGoodbyeWhenDone()
    }

    private func sayGoodbyeWhenDone() {
        guard sessions.values.allSatisfy(\.isSettled) else { return }
        perform(connection.goodbye("the server is stopping"))
        flush()
    }

    private func log(_ level: Logger.Level, _ message: Logger.Message, _ metadata: Logger.Metadata = [:]) {
        var metadata = metadata
        metadata["connection"] = "\(id.rawValue)"
        if let device { metadata["device"] = "\(device)" }
        services.logger.log(level: level, message, metadata: metadata)
    }
}
