#if os(Linux)
    import ECGServer
    import ECGWire
    import Foundation
    import Glibc
    import NIOCore
    import NIOPosix
    import Testing

    /// A reader whose line is cut leaves no connection behind that looks alive.
    @Suite struct CutLineTests {
        /// `TCP_USER_TIMEOUT` of linux/tcp.h, in milliseconds.
        private static let userTimeout: Int32 = 18

        @Test("the kernel gives up a reader who acknowledges nothing for as long as the limits say")
        func userTimeout() async throws {
            let site = try IngestSite()
            let server = try await RunningServer(site, httpConnections: 4)
            let answers = Received()
            let reader = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .channelInitializer { $0.pipeline.addHandler(answers) }
                .connect(host: server.api.host, port: server.api.port).get()
            try await reader.writeAndFlush(ByteBuffer(string: "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"))
            try await eventually { answers.bytes.value > 0 }

            // The server runs in this process: its end of the connection is the socket whose peer is the reader. Another
            // test's server may have a reader at the same port.
            let port = try #require(reader.localAddress?.port)
            let open = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap { Int32($0) }
            let socket = try #require(
                open.first {
                    Self.port(of: $0, by: getpeername) == port && Self.port(of: $0, by: getsockname) == server.api.port
                })
            var milliseconds: Int32 = 0
            var size = socklen_t(MemoryLayout<Int32>.size)
            #expect(getsockopt(socket, Int32(IPPROTO_TCP), Self.userTimeout, &milliseconds, &size) == 0)
            #expect(Int(milliseconds) == HTTPLimits.unacknowledgedSeconds * 1000)
            try await reader.close()
            try await server.stop()
        }

        private final class Received: ChannelInboundHandler, Sendable {
            typealias InboundIn = ByteBuffer
            let bytes = Mutexed(0)
            func channelRead(context: ChannelHandlerContext, data: NIOAny) {
                bytes.value += unwrapInboundIn(data).readableBytes
            }
        }

        private typealias NameOfEnd = (Int32, UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32

        /// One end's port of a connected IPv4 socket; nil for everything else.
        private static func port(of descriptor: Int32, by name: NameOfEnd) -> Int? {
            var address = sockaddr_in()
            var size = socklen_t(MemoryLayout<sockaddr_in>.size)
            let isConnected = withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { name(descriptor, $0, &size) == 0 }
            }
            guard isConnected, address.sin_family == sa_family_t(AF_INET) else { return nil }
            return Int(UInt16(bigEndian: address.sin_port))
        }
    }
#endif
