import CNetworkNamespace
import Foundation
import Testing

/// A network of its own with nothing in it but a loopback and one end of a link (network_namespaces(7)).
///
/// It has no name: it lasts as long as its descriptor, and the kernel removes it with the process that holds it, whatever
/// ends that.
final class NetworkNamespace: Sendable {
    struct Unavailable: Error, CustomStringConvertible {
        var description: String
        init(_ doing: String) { description = "\(doing): \(String(cString: strerror(errno)))" }
    }

    /// The device of the link's end, in every namespace.
    static let interface = "weak0"

    private let namespace: Int32
    /// Packets that go out through ``interface`` can be read from it; what is written to it comes in.
    let packets: Int32

    /// Moves the calling thread into a new namespace and makes the interface there.
    init() throws {
        guard enter_new_network_namespace() == 0 else { throw Unavailable("a network namespace cannot be made") }
        namespace = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC)
        guard namespace >= 0 else { throw Unavailable("the network namespace cannot be held") }
        packets = open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK)
        guard packets >= 0 else { throw Unavailable("/dev/net/tun cannot be opened") }
        // struct ifreq: sixteen bytes of name, then two of flags; 40 in all (netdevice(7), linux/if_tun.h).
        var request = [UInt8](repeating: 0, count: 40)
        request.replaceSubrange(0..<Self.interface.utf8.count, with: Self.interface.utf8)
        let flags: UInt16 = 0x0001 | 0x1000  // IFF_TUN: whole IP packets; IFF_NO_PI: with nothing in front
        request[16] = UInt8(truncatingIfNeeded: flags)
        request[17] = UInt8(flags >> 8)
        let makeInterface: UInt = 0x4004_54CA  // TUNSETIFF
        guard ioctl(packets, makeInterface, &request) == 0 else { throw Unavailable("no interface can be made") }
    }

    deinit {
        close(packets)
        close(namespace)
    }

    /// A program and its arguments, so that it runs in this network.
    func command(_ program: String, _ arguments: [String]) -> (program: String, arguments: [String]) {
        ("/usr/bin/nsenter", ["--net=/proc/\(getpid())/fd/\(namespace)", program] + arguments)
    }

    /// Configures the network (ip-address(8), ip-link(8)).
    func ip(_ arguments: String...) async throws {
        let command = command("/usr/sbin/ip", arguments)
        let outcome = try await Program.run(command.arguments, program: command.program)
        try #require(outcome.status == 0, "ip \(arguments): \(outcome.errors)")
    }
}
