public import ECGModel
import Foundation
public import NIOCore

/// Who has asked how much of the server lately: keeps ``IngestLimits``. A value without clock, of bounded size.
public struct TrafficBook: Sendable {
    private struct Network: Sendable {
        var connections: TokenBucket
        var failedProofs: TokenBucket
    }
    private struct Device: Sendable {
        var proofs: TokenBucket
        var openings: TokenBucket
        var bytes: TokenBucket
    }

    private let limits: IngestLimits
    private var networks: RecentTable<RemoteNetwork, Network>
    private var devices: RecentTable<String, Device>

    public init(limits: IngestLimits) {
        self.limits = limits
        networks = RecentTable(limit: limits.rememberedAddresses)
        devices = RecentTable(limit: limits.rememberedDevices)
    }

    /// Addresses that are remembered.
    public var networkCount: Int { networks.count }

    /// A new connection; returns how long it has to wait before it is read.
    public mutating func connected(from network: RemoteNetwork, at time: Timestamp) -> Duration {
        update(network, at: time) { [limits] in $0.connections.spend(at: time, longest: limits.longestWait) }
    }

    /// A proof that failed; returns how long its answer is to be delayed.
    public mutating func proofFailed(from network: RemoteNetwork, at time: Timestamp) -> Duration {
        update(network, at: time) { [limits] in $0.failedProofs.spend(at: time, longest: limits.longestRefusalDelay) }
    }

    /// A good proof; returns whether the device may connect now.
    public mutating func proved(_ device: String, at time: Timestamp) -> Bool {
        update(device, at: time) { $0.proofs.take(at: time) }
    }

    /// An opening of a recording; returns whether it may be done now.
    public mutating func opens(_ device: String, at time: Timestamp) -> Bool {
        update(device, at: time) { $0.openings.take(at: time) }
    }

    /// Bytes that came from the device; returns how long it is not to be read.
    public mutating func received(_ bytes: Int, from device: String, at time: Timestamp) -> Duration {
        update(device, at: time) { [limits] in
            $0.bytes.spend(Double(bytes), at: time, longest: limits.longestPause)
        }
    }

    private mutating func update<Result>(
        _ network: RemoteNetwork, at time: Timestamp, _ change: (inout Network) -> Result
    ) -> Result {
        let limits = limits
        return networks.update(
            network,
            fresh: Network(
                connections: TokenBucket(limits.connectionsPerAddress, at: time),
                failedProofs: TokenBucket(limits.failedProofsPerAddress, at: time)), change)
    }

    private mutating func update<Result>(
        _ device: String, at time: Timestamp, _ change: (inout Device) -> Result
    ) -> Result {
        let limits = limits
        return devices.update(
            device,
            fresh: Device(
                proofs: TokenBucket(limits.proofsPerDevice, at: time),
                openings: TokenBucket(limits.openingsPerDevice, at: time),
                bytes: TokenBucket(limits.bytesPerDevice, at: time)), change)
    }
}

/// Where a connection comes from, as far as one party holds it: an IPv4 address, or the first 64 bits of an IPv6 address, of
/// which a single house has as many as it likes (RFC 6177).
public struct RemoteNetwork: Hashable, Sendable {
    private let prefix: UInt64
    private let isIPv6: Bool

    /// Before an IPv4 address in IPv6's notation (RFC 4291, section 2.5.5.2).
    private static let mappedPrefix: [UInt8] = Array(repeating: 0, count: 10) + [0xFF, 0xFF]

    /// Nil for sockets that have no network.
    public init?(_ address: SocketAddress) {
        guard let text = address.ipAddress else { return nil }
        self.init(ipAddress: text)
    }

    /// Nil for what is no address of IPv4 or IPv6.
    public init?(ipAddress text: String) {
        var bytes = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET, text, &bytes) == 1 {
            self.init(bytes.prefix(4), isIPv6: false)
        } else if inet_pton(AF_INET6, text, &bytes) == 1 {
            if bytes.starts(with: Self.mappedPrefix) {
                self.init(bytes.suffix(4), isIPv6: false)
            } else {
                self.init(bytes.prefix(8), isIPv6: true)
            }
        } else {
            return nil
        }
    }

    private init(_ bytes: some Sequence<UInt8>, isIPv6: Bool) {
        prefix = bytes.reduce(0) { $0 << 8 | UInt64($1) }
        self.isIPv6 = isIPv6
    }
}
