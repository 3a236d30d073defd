import NIOCore
import NIOSSL

/// Where plain TCP is allowed: tells by a connection's first byte whether it is encrypted, and gets out of the way.
final class EncryptionDetector: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    /// The first byte of a TLS handshake (RFC 8446, section 5.1). No frame of the device protocol begins with it.
    private static let tlsHandshakeByte: UInt8 = 22

    private let certificate: ServerCertificate
    private let device: DeviceConnectionHandler

    init(certificate: ServerCertificate, device: DeviceConnectionHandler) {
        self.certificate = certificate
        self.device = device
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        if bytes.getInteger(at: bytes.readerIndex, as: UInt8.self) == Self.tlsHandshakeByte {
            do {
                device.encrypted(with: certificate)
                try context.pipeline.syncOperations.addHandler(
                    NIOSSLServerHandler(context: certificate.context), position: .after(self))
            } catch {
                context.fireErrorCaught(error)
                return
            }
        }
        context.fireChannelRead(data)
        context.pipeline.syncOperations.removeHandler(self, promise: nil)
    }
}
