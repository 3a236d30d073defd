import ECGDevice
import ECGServer
import ECGWire
import Foundation
import NIOCore
import NIOPosix
import NIOSSL

/// Somebody between a device and its server who has a certificate of their own, ends the device's TLS, and passes on every
/// byte through a TLS connection to the server.
final class Relay: Sendable {
    let address: NetworkAddress
    private let channel: any NIOCore.Channel

    init(
        showing certificate: ServerConfiguration.TLS, to server: NetworkAddress, trusting trust: ServerTrust
    ) async throws {
        let chain = try NIOSSLCertificate.fromPEMFile(certificate.certificateFile)
        let context = try NIOSSLContext(
            configuration: .makeServerConfiguration(
                certificateChain: chain.map { .certificate($0) },
                privateKey: .privateKey(NIOSSLPrivateKey(file: certificate.privateKeyFile, format: .pem))))
        let verifier = try ServerVerifier(trust)
        channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .childChannelOption(.autoRead, value: false)
            .childChannelInitializer { device in
                ClientBootstrap(group: device.eventLoop).channelInitializer { onward in
                    onward.eventLoop.makeCompletedFuture {
                        try onward.pipeline.syncOperations.addHandler(verifier.makeHandler(host: server.host))
                        try onward.pipeline.syncOperations.addHandler(PassOn(to: device))
                    }
                }.connect(host: server.host, port: server.port).flatMapThrowing { onward in
                    try device.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
                    try device.pipeline.syncOperations.addHandler(PassOn(to: onward))
                }.flatMap { device.setOption(.autoRead, value: true) }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        guard let port = channel.localAddress?.port else { throw ChannelError.unknownLocalAddress }
        address = NetworkAddress(host: "127.0.0.1", port: port)
    }

    func stop() async throws { try await channel.close() }

    private final class PassOn: ChannelInboundHandler, Sendable {
        typealias InboundIn = ByteBuffer
        private let other: any NIOCore.Channel
        init(to other: any NIOCore.Channel) { self.other = other }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            other.writeAndFlush(unwrapInboundIn(data), promise: nil)
        }
        func channelInactive(context: ChannelHandlerContext) { other.close(promise: nil) }
        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }
}
