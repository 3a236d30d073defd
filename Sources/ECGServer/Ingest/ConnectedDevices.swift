import ECGWire
import Synchronization

/// Which device is on which connection of this server: for ending the connections of a device that was revoked, and the
/// oldest ones of a device that connects ever again.
final class ConnectedDevices: Sendable {
    private let places = Mutex<[String: [ConnectionPlace]]>([:])

    /// Notes that the device has proved itself on a connection; returns the connection that has to go, if it now has too
    /// many.
    func add(_ device: String, at place: ConnectionPlace) -> ConnectionPlace? {
        places.withLock { places in
            places[device, default: []].append(place)
            guard let all = places[device], all.count > IngestLimits.connectionsPerDevice else { return nil }
            return places[device]?.removeFirst()
        }
    }

    func remove(_ device: String, from connection: ConnectionID) {
        places.withLock { places in
            places[device]?.removeAll { $0.connection == connection }
            if places[device]?.isEmpty == true { places[device] = nil }
        }
    }

    var names: Set<String> { places.withLock { Set($0.keys) } }

    func connections(of device: String) -> [ConnectionPlace] { places.withLock { $0[device] ?? [] } }
}

/// A connection and the loop that it lives on.
struct ConnectionPlace: Hashable, Sendable {
    var connection: ConnectionID
    var desk: IngestDesk

    static func == (a: ConnectionPlace, b: ConnectionPlace) -> Bool { a.connection == b.connection }
    func hash(into hasher: inout Hasher) { hasher.combine(connection) }
}

/// A connection of this process, numbered in the order of acceptance.
struct ConnectionID: Hashable, Sendable {
    var rawValue: UInt32

    /// Holds over the numbers' end too: no connection lives for two thousand million others.
    func isNewer(than other: ConnectionID) -> Bool { Int32(bitPattern: rawValue &- other.rawValue) > 0 }
}
