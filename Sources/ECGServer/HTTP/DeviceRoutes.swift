import ECGModel
import ECGStore
import ECGWire
import HTTPTypes
import Hummingbird

/// The clinics' devices: registered by name and public key, and revoked when one is lost.
struct DeviceRoutes {
    let store: any Store
    let audit: AuditTrail
    let now: @Sendable () -> Timestamp

    struct NewDevice: Decodable {
        var id: String
        /// Raw Ed25519 public key, 64 hexadecimal digits.
        var publicKey: String
        var clinic: String
        var township: String?
        /// Degrees north and east; both or neither.
        var latitude: Double?
        var longitude: Double?
    }

    struct NewPlace: Decodable {
        var latitude: Double?
        var longitude: Double?
    }

    struct DeviceDocument: Encodable {
        var id: String
        var publicKey: String
        var clinic: String
        var township: String?
        var place: GeographicPlace?
        var addedAt: Timestamp
        var revokedAt: Timestamp?
        var lastContactAt: Timestamp?
        var software: String?

        init(_ device: Device) {
            id = device.id
            publicKey = device.publicKey.hexadecimal
            clinic = device.clinic
            township = device.township
            place = device.place
            software = device.software
            addedAt = device.addedAt
            revokedAt = device.revokedAt
            lastContactAt = device.lastContactAt
        }
    }

    struct DeviceList: Encodable { var devices: [DeviceDocument] }

    /// `GET`, `POST /devices`; `PUT /devices/{id}/place`; `POST /devices/{id}/revoke`.
    func add(to group: RouterGroup<APIContext>) {
        group.get("devices") { _, context -> Response in
            _ = try context.reader(with: .manageDevices)
            return try JSONExchange.response(DeviceList(devices: try await store.devices().map(DeviceDocument.init)))
        }
        group.post("devices") { request, context -> Response in
            let me = try context.reader(with: .manageDevices)
            let device = try checked(try await JSONExchange.body(NewDevice.self, of: request))
            guard try await store.device(device.id) == nil else { throw StoreError.deviceExists(device.id) }
            try await audit.note("device.add", by: me.name, subject: device.id)
            try await store.addDevice(device)
            return try JSONExchange.response(DeviceDocument(device), status: .created)
        }
        group.put("devices/:device/place") { request, context -> Response in
            let me = try context.reader(with: .manageDevices)
            let id: String = try context.path("device")
            let new = try await JSONExchange.body(NewPlace.self, of: request)
            let place = try place(new.latitude, new.longitude)
            guard try await store.device(id) != nil else { throw StoreError.unknownDevice(id) }
            try await audit.note("device.place", by: me.name, subject: id)
            try await store.placeDevice(id, at: place)
            guard let device = try await store.device(id) else { throw StoreError.unknownDevice(id) }
            return try JSONExchange.response(DeviceDocument(device))
        }
        group.post("devices/:device/revoke") { _, context -> Response in
            let me = try context.reader(with: .manageDevices)
            let id: String = try context.path("device")
            guard try await store.device(id) != nil else { throw StoreError.unknownDevice(id) }
            try await audit.note("device.revoke", by: me.name, subject: id)
            try await store.revokeDevice(id, at: now())
            guard let device = try await store.device(id) else { throw StoreError.unknownDevice(id) }
            return try JSONExchange.response(DeviceDocument(device))
        }
    }

    private func checked(_ new: NewDevice) throws -> Device {
        guard WireProtocol.isDeviceID(new.id) else {
            throw Refusal("device-id", "id must have 1 to 64 characters of a–z, A–Z, 0–9, '-', '_', '.'")
        }
        guard let key = [UInt8](hexadecimal: new.publicKey), key.count == WireProtocol.publicKeyBytes else {
            throw Refusal(
                "device-key",
                "publicKey must be the \(WireProtocol.publicKeyBytes) bytes of an Ed25519 key in hexadecimal digits",
                ["digits": "\(2 * WireProtocol.publicKeyBytes)"])
        }
        guard (1...HTTPLimits.clinicBytes).contains(new.clinic.utf8.count) else {
            throw Refusal(
                "clinic-length", "clinic must have 1 to \(HTTPLimits.clinicBytes) bytes",
                ["most": "\(HTTPLimits.clinicBytes)"])
        }
        guard new.township?.utf8.count ?? 1 <= HTTPLimits.clinicBytes, new.township != "" else {
            throw Refusal(
                "township-length", "township must have 1 to \(HTTPLimits.clinicBytes) bytes, or be left out",
                ["most": "\(HTTPLimits.clinicBytes)"])
        }
        return Device(
            id: new.id, publicKey: key, clinic: new.clinic, township: new.township,
            place: try place(new.latitude, new.longitude), addedAt: now())
    }

    private func place(_ latitude: Double?, _ longitude: Double?) throws -> GeographicPlace? {
        guard latitude != nil || longitude != nil else { return nil }
        guard let place = GeographicPlace(latitude: latitude, longitude: longitude) else {
            throw Refusal(
                "coordinates",
                "latitude must be from -90 to 90 and longitude from -180 to 180 degrees: give both, or neither")
        }
        return place
    }
}
