public import ECGModel
import Foundation
import GRDB

extension SQLiteStore {
    public func addDevice(_ device: Device) async throws {
        try await write { db in
            try db.execute(
                sql: """
                    INSERT INTO devices (
                        name, public_key, clinic, township, latitude, longitude, added_at, revoked_at, last_contact_at,
                        software, clock_offset)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
                    """,
                arguments: [
                    device.id, Data(device.publicKey), device.clinic, device.township, device.place?.latitude,
                    device.place?.longitude, device.addedAt.column, device.revokedAt?.column,
                    device.lastContactAt?.column, device.software, device.clockOffset?.column,
                ])
            guard db.changesCount == 1 else { throw StoreError.deviceExists(device.id) }
        }
    }

    public func device(_ id: String) async throws -> Device? {
        try await read { try Device.find(id, in: $0) }
    }

    public func devices() async throws -> [Device] {
        try await read { try Row.fetchAll($0, sql: "SELECT * FROM devices ORDER BY name").map(Device.init(row:)) }
    }

    public func revokeDevice(_ id: String, at time: Timestamp) async throws {
        try await write { db in
            try db.execute(
                sql: "UPDATE devices SET revoked_at = ifnull(revoked_at, ?) WHERE name = ?",
                arguments: [time.column, id])
            guard db.changesCount == 1 else { throw StoreError.unknownDevice(id) }
        }
    }

    public func revokedDevices() async throws -> Set<String> {
        try await read { try String.fetchSet($0, sql: "SELECT name FROM devices WHERE revoked_at IS NOT NULL") }
    }

    public func placeDevice(_ id: String, at place: GeographicPlace?) async throws {
        try await write { db in
            try db.execute(
                sql: "UPDATE devices SET latitude = ?, longitude = ? WHERE name = ?",
                arguments: [place?.latitude, place?.longitude, id])
            guard db.changesCount == 1 else { throw StoreError.unknownDevice(id) }
        }
    }

    /// The later of the two times; what a clock noted that was ahead then, and has been set back since, is no contact.
    private static let newestContact =
        "CASE WHEN last_contact_at > ?2 THEN ?1 ELSE max(ifnull(last_contact_at, ?1), ?1) END"

    public func touchDevice(_ id: String, at time: Timestamp, hello: DeviceHello?) async throws {
        try await write { db in
            try db.execute(
                sql: """
                    UPDATE devices SET last_contact_at = \(Self.newestContact),
                        software = ifnull(?3, software), clock_offset = ifnull(?4, clock_offset)
                    WHERE name = ?5
                    """,
                arguments: [
                    time.column, (time + Timestamp.widestServerClocks).column, hello?.software,
                    hello?.clockOffset?.column, id,
                ])
            guard db.changesCount == 1 else { throw StoreError.unknownDevice(id) }
        }
    }

    public func touchDevices(_ ids: Set<String>, at time: Timestamp) async throws {
        guard !ids.isEmpty else { return }
        try await write { db in
            let touch = try db.cachedStatement(
                sql: "UPDATE devices SET last_contact_at = \(Self.newestContact) WHERE name = ?3")
            let latest = (time + Timestamp.widestServerClocks).column
            for id in ids { try touch.execute(arguments: [time.column, latest, id]) }
        }
    }
}

extension Device {
    static func find(_ id: String, in db: Database) throws -> Device? {
        let statement = try db.cachedStatement(sql: "SELECT * FROM devices WHERE name = ?")
        return try Row.fetchOne(statement, arguments: [id]).map(Device.init(row:))
    }

    init(row: Row) throws {
        let key: Data = row["public_key"]
        let coordinates: (latitude: Double?, longitude: Double?) = (row["latitude"], row["longitude"])
        self.init(
            id: row["name"], publicKey: [UInt8](key), clinic: row["clinic"], township: row["township"],
            place: GeographicPlace(latitude: coordinates.latitude, longitude: coordinates.longitude),
            addedAt: try row.value("added_at"), revokedAt: try row.optionalValue("revoked_at"),
            lastContactAt: try row.optionalValue("last_contact_at"), software: row["software"],
            clockOffset: try row.optionalValue("clock_offset"))
    }
}
