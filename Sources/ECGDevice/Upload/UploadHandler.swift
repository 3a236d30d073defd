import ECGModel
import ECGWire
import Logging
import NIOCore
import NIOSSL
import NIOTLS

/// One connection of a device that uploads: joins the protocol's machine, the plan and the outbox to a socket. Confined to
/// its event loop.
final class UploadHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// Asks the handler to say goodbye and close.
    struct Stop: Sendable {}

    /// How often the clock is looked at, for time-outs that count in seconds.
    private static let timeCheck = TimeAmount.seconds(1)

    private var plan: UploadPlan
    private let outbox: Outbox
    private let identity: DeviceIdentity
    private let isEncrypted: Bool
    private let now: @Sendable () -> Timestamp
    private let report: @Sendable (DeviceReport) -> Void
    private let end: EventLoopPromise<UploadEnd>
    private let logger: Logger
    private var parser = FrameParser()
    private var connection: DeviceConnection
    private var feeds: [UInt32: BlockFeed] = [:]
    private var window = SendWindow()
    private var watch: LinkWatch
    private var wireError: WireError?
    private var reason = "the connection was closed"
    private var isProgress = false
    /// What was reported of recordings whose files are damaged.
    private var reportedDamage: [RecordingID: Int] = [:]
    private var isAdvancing = false
    private var timer: RepeatedTask?
    private var pings: UInt64 = 0

    /// The plan's clock outlives connections, so it has one beginning for the whole process.
    private static let clockStart = ContinuousClock.now
    private var time: Duration { Self.clockStart.duration(to: .now) }

    init(
        plan: UploadPlan, outbox: Outbox, identity: DeviceIdentity, isEncrypted: Bool, software: String,
        now: @escaping @Sendable () -> Timestamp, report: @escaping @Sendable (DeviceReport) -> Void,
        end: EventLoopPromise<UploadEnd>, logger: Logger
    ) {
        self.plan = plan
        self.outbox = outbox
        self.identity = identity
        self.isEncrypted = isEncrypted
        self.now = now
        self.report = report
        self.end = end
        self.logger = logger
        watch = LinkWatch(
            idleMilliseconds: WireLimits.default.idleSeconds * 1000, at: Self.clockStart.duration(to: .now))
        var random = SystemRandomNumberGenerator()
        connection = DeviceConnection(
            deviceID: identity.id, software: software,
            clientNonce: (0..<WireProtocol.nonceBytes).map { _ in random.next() })
    }

    // MARK: Channel events

    func channelActive(context: ChannelHandlerContext) {
        let bound = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
        timer = context.eventLoop.scheduleRepeatedTask(initialDelay: Self.timeCheck, delay: Self.timeCheck) { _ in
            bound.value.handler.checkTime(bound.value.context)
        }
        if !isEncrypted { start(context) }
    }

    /// Begins to talk: at once over plain TCP, inside TLS once the server has shown that it is the right one.
    private func start(_ context: ChannelHandlerContext) {
        report(.connected)
        let bound = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
        let loop = context.eventLoop
        outbox.observe { loop.execute { bound.value.handler.outboxChanged(bound.value.context) } }
        plan.update(outbox.recordings)
        perform(connection.start(now: now()), context)
        context.flush()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        parser.append(unwrapInboundIn(data))
        watch.heard(at: time)
        do throws(WireError) {
            while let frame = try parser.next() { perform(connection.receive(frame), context) }
        } catch {
            finish(error, context)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) { advance(context) }

    func channelWritabilityChanged(context: ChannelHandlerContext) { advance(context) }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        outbox.observe(nil)
        plan.disconnected()
        end.succeed(UploadEnd(plan: plan, wireError: wireError, isProgress: isProgress, reason: reason))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        reason = Self.explanation(of: error)
        context.close(promise: nil)
    }

    private static func explanation(of error: any Error) -> String {
        switch error {
        case NIOSSLError.handshakeFailed, is NIOSSLExtraError:
            "the server is not the one that this device trusts: check the address, and whether the server was given "
                + "another key"
        default: "\(error)"
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted = event as? TLSUserEvent {
            do {
                connection.encrypted(with: try ServerVerifier.binding(in: context.pipeline.syncOperations))
                start(context)
            } catch {
                errorCaught(context: context, error: error)
            }
        }
        guard event is Stop else {
            context.fireUserInboundEventTriggered(event)
            return
        }
        reason = "the device has stopped"
        if !connection.hasEnded { send([connection.goodbye()], context) }
        context.flush()
        context.close(promise: nil)
    }

    private func outboxChanged(_ context: ChannelHandlerContext) {
        plan.update(outbox.recordings)
        advance(context)
    }

    private func checkTime(_ context: ChannelHandlerContext) {
        let isOwed = !connection.isReady || connection.unacknowledgedBlocks > 0 || plan.awaitsAnswer
        switch watch.check(at: time, isOwed: isOwed) {
        case .fine: break
        case .ping:
            // Before Welcome the server takes no ping; that it owes an answer is known without.
            if connection.isReady {
                pings += 1
                send([connection.ping(token: pings)], context)
            }
        case .dead:
            reason = "the server does not answer"
            context.channel.resetWhenClosed()
            context.close(promise: nil)
            return
        }
        advance(context)
    }

    // MARK: What the protocol asks for

    private func perform(_ action: DeviceAction, _ context: ChannelHandlerContext) {
        switch action {
        case .none: break
        case .send(let frames): send(frames, context)
        case .sign(let message):
            do {
                perform(connection.signed(try identity.sign(message)), context)
            } catch {
                reason = "the device's key cannot sign: \(error)"
                context.close(promise: nil)
            }
        case .event(let event): take(event)
        case .end(let error): finish(error, context)
        }
    }

    private func take(_ event: DeviceEvent) {
        if case .opened(_, let recording, _, _) = event { reportDamage(of: recording) }
        report(.event(event))
        let complete = plan.handle(event, at: time)
        switch event {
        case .ready(let terms):
            watch = LinkWatch(idleMilliseconds: terms.idleMilliseconds, at: time)
            isProgress = !plan.hasWork
        case .opened(let channel, let recording, let stored, let isClosed):
            if !isClosed { feed(channel, recording, from: stored) }
        case .stored(_, let recording, let upTo):
            isProgress = true
            window.acknowledged(recording, upTo: upTo, at: time)
        case .closed(let channel, let recording, _):
            isProgress = true
            drop(channel, recording)
        case .refused(let channel, let recording, _):
            if let recording { drop(channel, recording) }
        case .reading, .alert, .notice, .pong: break
        }
        if let complete { remove(complete) }
        for (recording, failure) in plan.takeFailures() { report(.failed(recording, failure)) }
    }

    private func feed(_ channel: UInt32, _ recording: RecordingID, from sample: SampleIndex) {
        // What was opened only to hear of it is not in the outbox any more.
        guard let codec = connection.terms?.codec, outbox[recording] != nil else { return }
        do throws(OutboxError) {
            feeds[channel] = try BlockFeed(of: recording, in: outbox, from: sample, codec: codec)
        } catch {
            fail(recording, error)
        }
    }

    private func drop(_ channel: UInt32, _ recording: RecordingID) {
        feeds[channel] = nil
        window.forget(recording)
    }

    /// The server has all of it that can be read. Where deleting fails the server will say so again.
    private func remove(_ recording: RecordingID) {
        do throws(OutboxError) {
            if outbox[recording]?.damagedSamples == 0 {
                try outbox.remove(recording)
            } else {
                try outbox.setAside(recording)
            }
        } catch {
            logger.error("a stored recording cannot be deleted", metadata: ["error": "\(error)"])
        }
    }

    /// Before the server says that all of it is stored: nobody may take it for whole.
    private func reportDamage(of recording: RecordingID) {
        guard let samples = outbox[recording]?.damagedSamples, samples > reportedDamage[recording] ?? 0 else { return }
        reportedDamage[recording] = samples
        logger.error(
            "a recording in the outbox is damaged", metadata: ["recording": "\(recording)", "samples": "\(samples)"])
        report(.damaged(recording, samples: samples, keptAs: outbox.nameAside(of: recording)))
    }

    private func fail(_ recording: RecordingID, _ error: OutboxError) {
        logger.error(
            "a recording cannot be read", metadata: ["recording": "\(recording)", "error": "\(error)"])
        plan.failed(recording, .unreadable)
    }

    // MARK: Sending

    /// Sends what can be sent now. What the socket does not take at once stays in the outbox, where a live block can still
    /// overtake it.
    private func advance(_ context: ChannelHandlerContext) {
        // Flushing may make room and ask again.
        guard !isAdvancing else { return }
        isAdvancing = true
        defer { isAdvancing = false }
        while connection.isReady, context.channel.isWritable,
            let step = plan.nextStep(
                at: time, canOpen: connection.canOpen, hasRoomForBacklog: window.hasRoom),
            let frame = frame(for: step)
        {
            send([frame], context)
            context.flush()
        }
        for (recording, failure) in plan.takeFailures() { report(.failed(recording, failure)) }
        context.flush()
    }

    /// Nil while the server's window is full.
    private func frame(for step: UploadPlan.Step) -> Frame? {
        switch step {
        case .open(let header):
            do throws(WireError) {
                return try connection.open(header).frame
            } catch {
                plan.failed(header.id, .refused(error))
                return nil
            }
        case .send(let recording, let channel): return block(of: recording, on: channel)
        case .close(let recording, let channel):
            reportDamage(of: recording)
            plan.closing(recording)
            return connection.close(channel)
        }
    }

    private func block(of recording: RecordingID, on channel: UInt32) -> Frame? {
        do {
            guard let feed = feeds[channel], let payload = try feed.next() else {
                plan.failed(recording, .unreadable)
                return nil
            }
            guard connection.canSend(payload, on: channel) else { return nil }
            let frame = try connection.block(payload, on: channel)
            feed.sent()
            guard let end = connection.nextSample(on: channel) else { return nil }
            plan.sent(recording, upTo: end)
            window.sent(payload.readableBytes, of: recording, upTo: end, at: time)
            return frame
        } catch let error as OutboxError {
            fail(recording, error)
        } catch let error as WireError {
            plan.failed(recording, .refused(error))
        } catch {
            preconditionFailure("neither the outbox nor the protocol throws anything else: \(error)")
        }
        return nil
    }

    private func send(_ frames: [Frame], _ context: ChannelHandlerContext) {
        guard !frames.isEmpty else { return }
        var buffer = context.channel.allocator.buffer(capacity: frames.reduce(0) { $0 + $1.byteCount })
        for frame in frames { buffer.writeFrame(frame) }
        context.write(wrapOutboundOut(buffer), promise: nil)
        watch.sent(at: time)
    }

    private func finish(_ error: WireError?, _ context: ChannelHandlerContext) {
        wireError = error
        if let error { reason = error.description } else { reason = "the server said goodbye" }
        context.close(promise: nil)
    }
}
