import ECGDevice
import ECGModel
import ECGServer
import ECGWire
import NIOCore
import NIOPosix
import NIOSSL
import NIOTLS

/// A device over a real TCP connection, encrypted where its identity says how to know the server, driven step by step by
/// the test: the protocol's machine where it behaves, bare frames and bytes where it does not.
final class TestDevice {
    /// The connection ended while the test waited for something else.
    struct Ended: Error {
        var error: WireError?
        var lastEvent: DeviceEvent?
    }

    let channel: any NIOCore.Channel
    var connection: DeviceConnection
    let identity: DeviceIdentity
    private let clock: TestClock
    private var received: AsyncStream<ByteBuffer>.Iterator
    private var parser = FrameParser()
    /// What the blocks of each channel have taught the codec.
    private var memories: [UInt32: CodecMemory] = [:]
    /// Everything the server has told, in order.
    private(set) var events: [DeviceEvent] = []
    /// Whether the server ended the connection in good order.
    private(set) var wasToldGoodbye = false
    /// The error with which the server ended the connection.
    private(set) var finalError: WireError?

    /// - Parameter socketBufferBytes: The size of the socket's two buffers, if not the system's usual one.
    static func connect(
        to server: NetworkAddress, as identity: DeviceIdentity, clock: TestClock,
        socketBufferBytes: Int? = nil
    ) async throws -> TestDevice {
        let (stream, continuation) = AsyncStream.makeStream(of: ByteBuffer.self)
        let verifier = try identity.server.map { try ServerVerifier($0) }
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let secured = loop.makePromise(of: ChannelBinding.self)
        if verifier == nil { secured.succeed(.none) }
        var bootstrap = ClientBootstrap(group: loop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let verifier {
                        try channel.pipeline.syncOperations.addHandler(verifier.makeHandler(host: server.host))
                    }
                    try channel.pipeline.syncOperations.addHandler(
                        Inbox(continuation: continuation, secured: secured))
                }
            }
        if let socketBufferBytes {
            bootstrap = bootstrap.channelOption(.socketOption(.so_rcvbuf), value: socketBufferBytes)
                .channelOption(.socketOption(.so_sndbuf), value: socketBufferBytes)
        }
        let channel: any NIOCore.Channel
        do {
            channel = try await bootstrap.connect(host: server.host, port: server.port).get()
        } catch {
            secured.fail(error)
            throw error
        }
        let device = TestDevice(channel, stream, identity, clock)
        device.connection.encrypted(with: try await secured.futureResult.get())
        return device
    }

    private init(
        _ channel: any NIOCore.Channel, _ received: AsyncStream<ByteBuffer>, _ identity: DeviceIdentity,
        _ clock: TestClock
    ) {
        self.channel = channel
        self.received = received.makeAsyncIterator()
        self.identity = identity
        self.clock = clock
        connection = DeviceConnection(
            deviceID: identity.id, software: "test 1",
            clientNonce: (0..<WireProtocol.nonceBytes).map { _ in .random(in: 0...255) })
    }

    private final class Inbox: ChannelInboundHandler, Sendable {
        typealias InboundIn = ByteBuffer
        let continuation: AsyncStream<ByteBuffer>.Continuation
        let secured: EventLoopPromise<ChannelBinding>

        init(continuation: AsyncStream<ByteBuffer>.Continuation, secured: EventLoopPromise<ChannelBinding>) {
            self.continuation = continuation
            self.secured = secured
        }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            guard case .handshakeCompleted = event as? TLSUserEvent else { return }
            secured.completeWith(Result { try ServerVerifier.binding(in: context.pipeline.syncOperations) })
        }
        func channelRead(context: ChannelHandlerContext, data: NIOAny) { continuation.yield(unwrapInboundIn(data)) }
        func channelInactive(context: ChannelHandlerContext) {
            continuation.finish()
            secured.fail(ChannelError.ioOnClosedChannel)
        }
        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            secured.fail(error)
            context.close(promise: nil)
        }
    }

    // MARK: Sending

    func send(_ frames: [Frame]) async throws {
        var buffer = ByteBuffer()
        for frame in frames { buffer.writeFrame(frame) }
        try await channel.writeAndFlush(buffer)
    }

    func send(_ frame: Frame) async throws { try await send([frame]) }
    func send(bytes: [UInt8]) async throws { try await channel.writeAndFlush(ByteBuffer(bytes: bytes)) }

    /// Vanishes as a device does whose battery is pulled out, as far as TCP can show it.
    func vanish() async throws { try await channel.close() }

    // MARK: Receiving

    /// The next frame, nil when the server has ended the connection.
    func nextFrame() async throws -> Frame? {
        while true {
            if let frame = try parser.next() { return frame }
            guard let bytes = await received.next(isolation: #isolation) else { return nil }
            parser.append(bytes)
        }
    }

    /// What the next frame asks of the device; nil at the end of the connection.
    private func nextAction() async throws -> DeviceAction? {
        guard let frame = try await nextFrame() else { return nil }
        if frame.type == .serverGoodbye { wasToldGoodbye = true }
        let action = connection.receive(frame)
        switch action {
        case .event(let event): events.append(event)
        case .end(let error): finalError = error
        case .none, .send, .sign: break
        }
        return action
    }

    /// Reads on until an event answers the question.
    @discardableResult
    func wait<Value>(for answer: (DeviceEvent) -> Value?) async throws -> Value {
        while let action = try await nextAction() {
            if case .event(let event) = action, let value = answer(event) { return value }
            if case .end(let error) = action { throw Ended(error: error, lastEvent: events.last) }
        }
        throw Ended(error: finalError, lastEvent: events.last)
    }

    /// Reads on until the server has ended the connection, and returns the error it gave.
    func end() async throws -> WireError? {
        while try await nextAction() != nil {}
        try await channel.closeFuture.get()
        return finalError
    }

    /// Reads on until a recording is refused.
    func refusal() async throws -> WireError {
        try await wait { event in if case .refused(_, _, let error) = event { error } else { nil } }
    }

    /// Reads on until a recording is opened or refused.
    func openedOrRefused() async throws -> DeviceEvent {
        try await wait { event -> DeviceEvent? in
            switch event {
            case .opened, .refused: event
            default: nil
            }
        }
    }

    /// Everything that was on the way to the device before this call has arrived when it returns.
    func pingPong() async throws {
        let token = UInt64.random(in: 1 ... .max)
        try await send(connection.ping(token: token))
        try await wait { $0 == .pong(token: token) ? true : nil }
    }

    // MARK: What a device does

    /// Shakes hands; throws ``Ended`` when the server does not want the device.
    @discardableResult
    func introduce(clockAhead: Duration = .zero) async throws -> DeviceTerms {
        guard case .send(let hello) = connection.start(now: clock.now + clockAhead) else {
            preconditionFailure("a connection begins with Hello")
        }
        try await send(hello)
        while let action = try await nextAction() {
            switch action {
            case .sign(let message):
                guard case .send(let proof) = connection.signed(try identity.sign(message)) else { continue }
                try await send(proof)
            case .event(.ready(let terms)): return terms
            case .end(let error): throw Ended(error: error)
            case .none, .send, .event: continue
            }
        }
        throw Ended(error: finalError)
    }

    /// Says hello and no more. What the server answers shows that it has taken the connection, which a connection's being
    /// there does not: until then it waits with the system, and the server's time for a handshake has not begun.
    func greet() async throws {
        guard case .send(let hello) = connection.start(now: clock.now) else {
            preconditionFailure("a connection begins with Hello")
        }
        try await send(hello)
        guard case .sign = try await nextAction() else { throw Ended(error: finalError) }
    }

    struct Opened {
        var channel: UInt32
        var storedSamples: Int
        var isClosed: Bool
    }

    func open(_ header: RecordingHeader) async throws -> Opened {
        let (channel, frame) = try connection.open(header)
        memories[channel] = CodecMemory()
        try await send(frame)
        return try await wait { event in
            switch event {
            case .opened(let channel, header.id, let stored, let isClosed):
                Opened(channel: channel, storedSamples: stored, isClosed: isClosed)
            default: nil
            }
        }
    }

    /// Sends the recording's samples from where the channel stands, in blocks of a second that go on with each other,
    /// without waiting for answers, and in one piece: the server may end the connection because of the first of them.
    func sendBlocks(of recording: Recording, upTo end: Int, on channel: UInt32) async throws {
        let encoder = BlockEncoder(channels: recording.header.channels)
        var frames: [Frame] = []
        while let next = connection.nextSample(on: channel), next < end {
            let payload = encoder.encode(
                recording.samples[next..<min(next + recording.samplesPerBlock, end)], firstSample: next,
                memory: &memories[channel, default: CodecMemory()])
            frames.append(try connection.block(payload, on: channel))
        }
        if !frames.isEmpty { try await send(frames) }
    }

    /// Waits for the acknowledgement of everything below `samples`.
    func stored(_ samples: Int, on channel: UInt32) async throws {
        try await wait { event in
            if case .stored(channel, _, samples...) = event { true } else { nil }
        }
    }

    /// Ends the recording and waits until that is stored.
    func close(_ channel: UInt32) async throws {
        try await send(connection.close(channel))
        try await wait { event in if case .closed(channel, _, _) = event { true } else { nil } }
    }

    /// Opens the recording, sends what the server does not have, and closes it.
    func upload(_ recording: Recording) async throws {
        let opened = try await open(recording.header)
        guard !opened.isClosed else { return }
        try await sendBlocks(of: recording, upTo: recording.samples.count, on: opened.channel)
        try await close(opened.channel)
    }

    /// The same as often as another connection has meanwhile stored what this one was sending.
    func uploadInCompetition(_ recording: Recording) async throws {
        while true {
            let opened = try await open(recording.header)
            guard !opened.isClosed else { return }
            try await sendBlocks(of: recording, upTo: recording.samples.count, on: opened.channel)
            try await send(connection.close(opened.channel))
            let isClosed = try await wait { event -> Bool? in
                switch event {
                case .closed(opened.channel, _, _): true
                case .refused(opened.channel, _, let error) where error.code == .brokenRun: false
                default: nil
                }
            }
            if isClosed { return }
        }
    }

    // MARK: What it was told

    /// The samples that the server promised to have kept.
    func acknowledgedSamples(of recording: RecordingID) -> Int {
        events.reduce(0) { most, event in
            switch event {
            case .opened(_, recording, let samples, _), .stored(_, recording, let samples),
                .closed(_, recording, let samples):
                max(most, samples)
            default: most
            }
        }
    }

    /// The steps of alerts that it was told, in order.
    func alertStates(of recording: RecordingID) -> [AlertState] {
        events.compactMap { event in
            if case .alert(let status) = event, status.recording == recording { status.state } else { nil }
        }
    }

    func readings(of recording: RecordingID) -> [ClinicReading] {
        events.compactMap { event in
            if case .reading(let reading) = event, reading.recording == recording { reading } else { nil }
        }
    }
}
