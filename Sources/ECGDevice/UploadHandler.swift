import ECGModel
import ECGWire
import NIOCore

/// One connection of a device that uploads: joins the protocol's machine and the plan to a socket. Confined to its event
/// loop.
final class UploadHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// How often the plan is asked whether the next block is due: finer than a person can see.
    private static let pace = TimeAmount.milliseconds(10)
    /// Pings are sent after this part of the time that the server allows for silence.
    private static let pingShare = 3

    private var plan: UploadPlan
    private let identity: DeviceIdentity
    private let now: @Sendable () -> Timestamp
    private let report: @Sendable (DeviceReport) -> Void
    private let end: EventLoopPromise<UploadEnd>
    private var parser = FrameParser()
    private var connection: DeviceConnection
    private var wireError: WireError?
    private var reason = "the connection was closed"
    private var wasReady = false
    private var timer: RepeatedTask?
    private var lastSentAt = ContinuousClock.now
    private var pings: UInt64 = 0

    /// Pacing outlives connections, so its clock has one beginning for the whole process.
    private static let clockStart = ContinuousClock.now

    init(
        plan: UploadPlan, identity: DeviceIdentity, software: String, now: @escaping @Sendable () -> Timestamp,
        report: @escaping @Sendable (DeviceReport) -> Void,
        end: EventLoopPromise<UploadEnd>
    ) {
        self.plan = plan
        self.identity = identity
        self.now = now
        self.report = report
        self.end = end
        var random = SystemRandomNumberGenerator()
        connection = DeviceConnection(
            deviceID: identity.id, software: software,
            clientNonce: (0..<WireProtocol.nonceBytes).map { _ in random.next() })
    }

    func channelActive(context: ChannelHandlerContext) {
        report(.connected)
        perform(connection.start(now: now()), context)
        context.flush()
        let bound = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
        timer = context.eventLoop.scheduleRepeatedTask(initialDelay: Self.pace, delay: Self.pace) { _ in
            bound.value.handler.advance(bound.value.context)
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        parser.append(unwrapInboundIn(data))
        do throws(WireError) {
            while let frame = try parser.next() { perform(connection.receive(frame), context) }
        } catch {
            finish(error, context)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) { advance(context) }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        end.succeed(UploadEnd(plan: plan, wireError: wireError, wasReady: wasReady, reason: reason))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        reason = "\(error)"
        context.close(promise: nil)
    }

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
        case .event(let event):
            if case .ready = event { wasReady = true }
            plan.handle(event)
            report(.event(event))
        case .end(let error): finish(error, context)
        }
    }

    /// Sends what is due, or says goodbye when everything is done.
    private func advance(_ context: ChannelHandlerContext) {
        guard !connection.hasEnded else { return }
        do throws(WireError) {
            send(try plan.frames(on: &connection, at: Self.clockStart.duration(to: .now)), context)
        } catch {
            finish(error, context)
            return
        }
        if plan.isFinished || plan.needsNewConnection {
            if !plan.isFinished { reason = "the server put a recording off" }
            send([connection.goodbye()], context)
            context.flush()
            context.close(promise: nil)
            return
        }
        if let terms = connection.terms,
            lastSentAt.duration(to: .now) > .milliseconds(terms.idleMilliseconds / Self.pingShare)
        {
            pings += 1
            send([connection.ping(token: pings)], context)
        }
        context.flush()
    }

    private func send(_ frames: [Frame], _ context: ChannelHandlerContext) {
        guard !frames.isEmpty else { return }
        var buffer = context.channel.allocator.buffer(capacity: frames.reduce(0) { $0 + $1.byteCount })
        for frame in frames { buffer.writeFrame(frame) }
        context.write(wrapOutboundOut(buffer), promise: nil)
        lastSentAt = .now
    }

    private func finish(_ error: WireError?, _ context: ChannelHandlerContext) {
        wireError = error
        if let error { reason = error.description } else { reason = "the server said goodbye" }
        context.close(promise: nil)
    }
}
