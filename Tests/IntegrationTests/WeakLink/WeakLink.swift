import Foundation
import Glibc
import Synchronization
import Testing

/// Two networks joined by a bad link: packets between them are delayed, lost, doubled and put out of order as
/// ``LinkConditions`` says.
///
/// The kernel's own emulator (`tc netem`) is missing from many kernels, and its chance cannot be given a seed; here the
/// packets pass through this process.
final class WeakLink: Sendable {
    static let serverAddress = "10.77.0.1"
    static let deviceAddress = "10.77.0.2"

    let server: NetworkNamespace
    let device: NetworkNamespace
    private let state: Mutex<State>

    private struct State {
        var conditions: LinkConditions
        var forgottenPorts: Set<UInt16> = []
        /// The bytes that came from each port of the device.
        var sentByPort: [UInt16: Int] = [:]
        var isOver = false
    }

    /// Why there can be no such link here; nil if there can.
    static let obstacle: String? = {
        do {
            _ = try onThread { try NetworkNamespace() }
            for program in ["/usr/sbin/ip", "/usr/bin/nsenter"] where access(program, X_OK) != 0 {
                return "\(program) is missing: install iproute2 and util-linux"
            }
            return nil
        } catch {
            return "no network namespaces for tests here (they need root and /dev/net/tun): \(error)"
        }
    }()

    /// Makes the networks and the link between them; it goes on until ``end()`` or until nobody holds it.
    static func start(_ conditions: LinkConditions, seed: UInt64 = 1) async throws -> WeakLink {
        let (server, device) = try onThread { (try NetworkNamespace(), try NetworkNamespace()) }
        let link = WeakLink(server, device, conditions)
        for (namespace, address) in [(server, serverAddress), (device, deviceAddress)] {
            try await namespace.ip("link", "set", "lo", "up")
            try await namespace.ip("link", "set", NetworkNamespace.interface, "up")
            try await namespace.ip("address", "add", "\(address)/24", "dev", NetworkNamespace.interface)
        }
        Thread.detachNewThread { [weak link, server, device] in
            var carrier = PacketCarrier(server: server, device: device, seed: seed)
            while let link, !link.isOver { carrier.carry(over: link) }
        }
        return link
    }

    private init(_ server: NetworkNamespace, _ device: NetworkNamespace, _ conditions: LinkConditions) {
        self.server = server
        self.device = device
        state = Mutex(State(conditions: conditions))
    }

    /// Runs on a thread of its own, whose namespace may change.
    private static func onThread<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) throws -> Result {
        let result = Mutexed<Swift.Result<Result, any Error>?>(nil)
        let done = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            result.value = Swift.Result(catching: body)
            done.signal()
        }
        done.wait()
        guard let value = result.value else { preconditionFailure("the thread has set its result") }
        return try value.get()
    }

    func change(_ change: (inout LinkConditions) -> Void) { state.withLock { change(&$0.conditions) } }

    /// Behaves as an address translator that has lost its table: whatever belongs to a connection made so far is dropped
    /// without a word, new connections pass.
    func forgetConnections() { state.withLock { $0.forgottenPorts = Set($0.sentByPort.keys) } }

    func end() { state.withLock { $0.isOver = true } }

    private var isOver: Bool { state.withLock { $0.isOver } }

    /// What becomes of a packet of the connection with this port of the device; `sent` are its bytes if the device sends
    /// it, nil if the server does.
    fileprivate func conditions(for port: UInt16?, sent: Int?) -> LinkConditions {
        state.withLock { state in
            var conditions = state.conditions
            if let port {
                let sentSoFar = state.sentByPort[port, default: 0] + (sent ?? 0)
                state.sentByPort[port] = sentSoFar
                let isSpent = sent != nil && sentSoFar > conditions.bytesPerConnection
                if isSpent || state.forgottenPorts.contains(port) { conditions.isCut = true }
            }
            return conditions
        }
    }
}

/// Carries the packets between two networks. Confined to its thread.
private struct PacketCarrier {
    private struct Way {
        var from: NetworkNamespace
        var to: NetworkNamespace
        var direction: LinkDirection
        var isFromDevice: Bool
        /// Where the device's port stands in a TCP header.
        var portOffset: Int { isFromDevice ? 0 : 2 }
        /// Sorted by arrival.
        var underWay: [(arrival: Duration, packet: [UInt8])] = []
    }

    /// How long to wait for a packet before looking at the clock again.
    private static let patienceMilliseconds: Int32 = 5
    private static let largestPacket = 65_535

    private var ways: [Way]
    private let start = ContinuousClock.now

    init(server: NetworkNamespace, device: NetworkNamespace, seed: UInt64) {
        ways = [
            Way(from: device, to: server, direction: LinkDirection(seed: seed), isFromDevice: true),
            Way(from: server, to: device, direction: LinkDirection(seed: ~seed), isFromDevice: false),
        ]
    }

    mutating func carry(over link: WeakLink) {
        var polled = ways.map { pollfd(fd: $0.from.packets, events: Int16(POLLIN), revents: 0) }
        poll(&polled, nfds_t(polled.count), Self.patienceMilliseconds)
        for way in ways.indices {
            while let packet = Self.read(from: ways[way].from) { take(packet, on: way, over: link) }
            deliver(on: way)
        }
    }

    private mutating func take(_ packet: [UInt8], on way: Int, over link: WeakLink) {
        let time = start.duration(to: .now)
        let port = Self.port(in: packet, at: ways[way].portOffset)
        let conditions = link.conditions(for: port, sent: ways[way].isFromDevice ? packet.count : nil)
        let arrivals = ways[way].direction.arrivals(of: packet.count, at: time, conditions)
        for arrival in arrivals {
            let index = ways[way].underWay.firstIndex { $0.arrival > arrival } ?? ways[way].underWay.endIndex
            ways[way].underWay.insert((arrival, packet), at: index)
        }
    }

    private mutating func deliver(on way: Int) {
        let time = start.duration(to: .now)
        while let next = ways[way].underWay.first, next.arrival <= time {
            ways[way].underWay.removeFirst()
            // A network whose interface is down takes nothing: the packet is lost.
            _ = next.packet.withUnsafeBytes { write(ways[way].to.packets, $0.baseAddress, $0.count) }
        }
    }

    private static func read(from namespace: NetworkNamespace) -> [UInt8]? {
        var packet = [UInt8](repeating: 0, count: largestPacket)
        let count = packet.withUnsafeMutableBytes { Glibc.read(namespace.packets, $0.baseAddress, $0.count) }
        return count > 0 ? Array(packet[..<count]) : nil
    }

    /// A port in the TCP header of an IPv4 packet (RFC 791, RFC 9293).
    private static func port(in packet: [UInt8], at offset: Int) -> UInt16? {
        let tcp: UInt8 = 6
        guard packet.count >= 20, packet[0] >> 4 == 4, packet[9] == tcp else { return nil }
        let start = Int(packet[0] & 0x0F) * 4 + offset
        guard packet.count >= start + 2 else { return nil }
        return UInt16(packet[start]) << 8 | UInt16(packet[start + 1])
    }
}
