import Foundation

/// Loopback ports that nobody listens on.
enum FreePorts {
    /// The system has no port left, or no socket.
    struct Unavailable: Error, CustomStringConvertible {
        var description: String { "no loopback port is free: end what holds so many, or raise the limit of open files" }
    }

    static func take(_ count: Int) throws -> [Int] {
        var sockets: [Int32] = []
        defer { for socket in sockets { close(socket) } }
        return try (0..<count).map { _ in
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            guard descriptor >= 0 else { throw Unavailable() }
            sockets.append(descriptor)
            guard let port = bindToFreePort(descriptor) else { throw Unavailable() }
            return port
        }
    }

    private static func bindToFreePort(_ descriptor: Int32) -> Int? {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        return withUnsafeMutablePointer(to: &address) { own in
            own.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(descriptor, generic, length) == 0 && getsockname(descriptor, generic, &length) == 0
            } ? Int(UInt16(bigEndian: own.pointee.sin_port)) : nil
        }
    }
}
