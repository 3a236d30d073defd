import NIOCore

/// Has the kernel give up a connection whose peer has acknowledged nothing for
/// ``HTTPLimits/unacknowledgedSeconds`` (RFC 5482; `TCP_USER_TIMEOUT` of Linux, tcp(7)).
///
/// A stream writes a heartbeat every few seconds, so that there is always something to acknowledge.
final class CutLineWatch: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = Any

    #if os(Linux)
        /// `TCP_USER_TIMEOUT` in linux/tcp.h; its value is in milliseconds.
        private static let userTimeout = NIOBSDSocket.Option(rawValue: 18)

        func handlerAdded(context: ChannelHandlerContext) {
            context.channel.setOption(
                .tcpOption(Self.userTimeout), value: HTTPLimits.unacknowledgedSeconds * 1000
            ).assumeIsolated().whenFailure { error in context.fireErrorCaught(error) }
        }
    #endif
}
