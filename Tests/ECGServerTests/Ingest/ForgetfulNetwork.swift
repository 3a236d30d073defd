import ECGWire
import NIOCore
import NIOPosix

/// A network between devices and a server that can forget a connection, as a carrier's NAT does: from then on nothing
/// passes, and neither end is told.
final class ForgetfulNetwork: Sendable {
    let address: NetworkAddress
    private let channel: any NIOCore.Channel
    private let isForgetful: Mutexed<Bool>
    private let towardsServer: Mutexed<[any NIOCore.Channel]>

    init(to server: NetworkAddress) async throws {
        let isForgetful = Mutexed(false)
        let towardsServer = Mutexed<[any NIOCore.Channel]>([])
        self.isForgetful = isForgetful
        self.towardsServer = towardsServer
        channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .childChannelOption(.autoRead, value: false)
            .childChannelInitializer { device in
                ClientBootstrap(group: device.eventLoop)
                    .channelInitializer { $0.pipeline.addHandler(PassOn(to: device, unless: isForgetful)) }
                    .connect(host: server.host, port: server.port).flatMap { onward in
                        towardsServer.value.append(onward)
                        return device.pipeline.addHandler(PassOn(to: onward, unless: isForgetful))
                    }.flatMap { device.setOption(.autoRead, value: true) }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        guard let port = channel.localAddress?.port else { throw ChannelError.unknownLocalAddress }
        address = NetworkAddress(host: "127.0.0.1", port: port)
    }

    func forget() { isForgetful.value = true }

    /// Waits until the server has closed all connections that went through here.
    func serverHasClosed() async throws {
        for connection in towardsServer.value { try await connection.closeFuture.get() }
    }

    func stop() async throws { try await channel.close() }

    private final class PassOn: ChannelInboundHandler, Sendable {
        typealias InboundIn = ByteBuffer
        private let other: any NIOCore.Channel
        private let isForgotten: Mutexed<Bool>

        init(to other: any NIOCore.Channel, unless isForgotten: Mutexed<Bool>) {
            self.other = other
            self.isForgotten = isForgotten
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            if !isForgotten.value { other.writeAndFlush(unwrapInboundIn(data), promise: nil) }
        }
        func channelInactive(context: ChannelHandlerContext) {
            if !isForgotten.value { other.close(promise: nil) }
        }
        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }
}
