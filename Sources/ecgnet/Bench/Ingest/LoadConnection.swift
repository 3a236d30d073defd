import ECGDevice
import ECGModel
import ECGServer
import ECGWire
import NIOCore
import NIOTLS

/// One connection of a ``LoadDevice``: joins the protocol's machine to a socket. Confined to its event loop.
final class LoadConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let device: LoadDevice
    private let isEncrypted: Bool
    private let refused: (WireError) -> Void
    private var machine: DeviceConnection
    private var parser = FrameParser()
    private var context: ChannelHandlerContext?

    /// - Parameter refused: told of the error with which the server, or this end, ended the connection.
    init(device: LoadDevice, isEncrypted: Bool, refused: @escaping (WireError) -> Void) {
        self.device = device
        self.isEncrypted = isEncrypted
        self.refused = refused
        var random = SystemRandomNumberGenerator()
        machine = DeviceConnection(
            deviceID: device.identity.id, software: "ecgnet bench",
            clientNonce: (0..<WireProtocol.nonceBytes).map { _ in random.next() })
    }

    func channelActive(context: ChannelHandlerContext) {
        self.context = context
        device.connected(self)
        if !isEncrypted { start(context) }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted = event as? TLSUserEvent {
            do {
                machine.encrypted(with: try ServerVerifier.binding(in: context.pipeline.syncOperations))
                start(context)
            } catch {
                context.close(promise: nil)
            }
        }
        context.fireUserInboundEventTriggered(event)
    }

    private func start(_ context: ChannelHandlerContext) {
        perform(machine.start(now: WallClock.now()))
        context.flush()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        parser.append(unwrapInboundIn(data))
        do throws(WireError) {
            while let frame = try parser.next() { perform(machine.receive(frame)) }
        } catch {
            end(error)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) { context.flush() }

    func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        device.disconnected()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func perform(_ action: DeviceAction) {
        switch action {
        case .none: break
        case .send(let frames): frames.forEach(write)
        case .sign(let message):
            do {
                perform(machine.signed(try device.identity.sign(message)))
            } catch {
                end(WireError(.authenticationFailed, "the key cannot sign"))
            }
        case .event(let event):
            do throws(WireError) {
                try device.handle(event)
            } catch {
                end(error)
            }
        case .end(let error): end(error)
        }
    }

    private func end(_ error: WireError?) {
        if let error { refused(error) }
        context?.close(promise: nil)
    }

    private func write(_ frame: Frame) {
        guard let context else { return }
        var buffer = context.channel.allocator.buffer(capacity: frame.byteCount)
        buffer.writeFrame(frame)
        context.write(wrapOutboundOut(buffer), promise: nil)
    }

    // MARK: What the device asks for

    func open(_ header: RecordingHeader) throws(WireError) { write(try machine.open(header).frame) }

    /// - Returns: false while the server allows no more to be under way.
    func send(_ payload: ByteBuffer, on channel: UInt32) throws(WireError) -> Bool {
        guard machine.canSend(payload, on: channel) else { return false }
        write(try machine.block(payload, on: channel))
        return true
    }

    func closeRecording(_ channel: UInt32) { write(machine.close(channel)) }

    func flush() { context?.flush() }

    /// Ends the connection in good order.
    func close() {
        guard !machine.hasEnded else { return }
        write(machine.goodbye())
        context?.flush()
        context?.close(promise: nil)
    }
}
