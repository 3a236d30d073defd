import NIOCore
import NIOPosix

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

extension NIOCore.Channel {
    /// Makes the connection, once it is closed, end by a reset (RFC 9293, section 3.10.4): what the system has not sent yet is
    /// dropped. Closed in the usual way, a connection that was taken for dead goes on for a quarter of an hour, and what is
    /// left of it can reach the server long after another one has taken its place.
    ///
    /// Where the system refuses, the connection is closed in the usual way.
    func resetWhenClosed() {
        guard let options = self as? any SocketOptionProvider else { return }
        options.setSoLinger(linger(l_onoff: 1, l_linger: 0)).whenFailure { _ in }
    }
}
