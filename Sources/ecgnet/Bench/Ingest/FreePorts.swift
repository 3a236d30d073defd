import Foundation
import Synchronization

/// Loopback ports that nobody listens on and that the system gives nobody else.
///
/// A server binds its port some time after it was found, and again when it is started anew. One of the range from which the
/// system itself chooses may be given to somebody else meanwhile, so these lie below it, and none is taken twice.
enum FreePorts {
    /// There is no port left, or no socket.
    struct Unavailable: Error, CustomStringConvertible {
        var description: String { "no loopback port is free: end what holds so many, or raise the limit of open files" }
    }

    /// Many services listen below.
    private static let first = 10_000
    /// Linux's usual one (ip_local_port_range in ip-sysctl.rst), which is below those of other systems.
    private static let usualSystemsFirst = 32_768

    /// A run of all tests takes some hundred.
    private static let fewest = 1_000

    /// From here on the system chooses. Where it chooses from nearly all ports, it may give these to others too.
    private static let systemsFirst: Int = {
        let range = try? String(contentsOfFile: "/proc/sys/net/ipv4/ip_local_port_range", encoding: .utf8)
        let least = range?.split(whereSeparator: \.isWhitespace).first.flatMap { Int($0) }
        return least.flatMap { $0 >= first + fewest ? $0 : nil } ?? usualSystemsFirst
    }()

    /// The port to be tried next; programs that run at the same time begin at different ones.
    private static let next = Mutex(Int.random(in: first..<systemsFirst))

    static func take(_ count: Int) throws -> [Int] {
        var taken: [Int] = []
        for _ in first..<systemsFirst where taken.count < count {
            let port = next.withLock { next in
                defer { next = next + 1 < systemsFirst ? next + 1 : first }
                return next
            }
            if try isFree(port) { taken.append(port) }
        }
        guard taken.count == count else { throw Unavailable() }
        return taken
    }

    private static func isFree(_ port: Int) throws -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw Unavailable() }
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
        return withUnsafePointer(to: &address) { own in
            own.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}
