public import ECGModel

/// A clinic's device, known by its name and its Ed25519 public key.
public struct Device: Hashable, Sendable, Codable, Identifiable {
    /// The name that the device gives when it connects: 1 to 64 of a–z, A–Z, 0–9, `-`, `_`, `.`.
    public var id: String
    /// Raw Ed25519 public key, 32 bytes (RFC 8032). The server never holds the private one.
    public var publicKey: [UInt8]
    public var clinic: String
    /// The township that the clinic belongs to, where the register says it.
    public var township: String?
    /// Where it stands, where the register says it.
    public var place: GeographicPlace?
    public var addedAt: Timestamp
    public var revokedAt: Timestamp?
    public var lastContactAt: Timestamp?
    /// Name and version of its software, as it said when it last connected.
    public var software: String?
    /// Its clock minus the server's when it last connected.
    public var clockOffset: Duration?

    public init(
        id: String, publicKey: [UInt8], clinic: String, township: String? = nil, place: GeographicPlace? = nil,
        addedAt: Timestamp, revokedAt: Timestamp? = nil, lastContactAt: Timestamp? = nil, software: String? = nil,
        clockOffset: Duration? = nil
    ) {
        self.id = id
        self.publicKey = publicKey
        self.clinic = clinic
        self.township = township
        self.place = place
        self.addedAt = addedAt
        self.revokedAt = revokedAt
        self.lastContactAt = lastContactAt
        self.software = software
        self.clockOffset = clockOffset
    }
}

/// A point on the map, in degrees north and east.
public struct GeographicPlace: Hashable, Sendable, Codable {
    public let latitude: Double
    public let longitude: Double

    /// Nil for what is no place, and where one of the two is missing.
    public init?(latitude: Double?, longitude: Double?) {
        guard let latitude, let longitude, (-90...90).contains(latitude), (-180...180).contains(longitude) else {
            return nil
        }
        self.latitude = latitude
        self.longitude = longitude
    }
}

/// What a device said of itself when it connected.
public struct DeviceHello: Hashable, Sendable {
    /// Name and version of its software.
    public var software: String?
    /// Its clock minus the server's.
    public var clockOffset: Duration?

    public init(software: String?, clockOffset: Duration?) {
        self.software = software
        self.clockOffset = clockOffset
    }
}
