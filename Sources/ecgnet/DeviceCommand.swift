import ArgumentParser
import Crypto
import ECGDevice
import ECGModel
import ECGServer
import ECGStore
import ECGWire
import Foundation

struct DeviceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "device", abstract: "Register the clinics' devices.",
        discussion: "Works on the server's data folder, whether the server runs or not.",
        subcommands: [Add.self, List.self, Revoke.self])

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Register a device by its public key, or make it a key.",
            discussion: """
                A device proves who it is with an Ed25519 key; the server keeps the public half only. Give the \
                public key that the device shows, or let --key-file make a pair and hold the private half: that file \
                is the device's identity, for `ecgnet replay --device FILE`.

                A device knows its server by the server's key (SHA-256 of the public key), which stands in the \
                file too, or by the authority that signs the server's certificate. Without --tls-certificate and --ca \
                it is the key that the server makes for itself.
                """)

        @Argument(help: "The device's name: letters, digits, '-', '_' and '.', at most 64.")
        var id: String

        @Option(help: "The clinic it stands in.")
        var clinic: String

        @Option(help: "The township that the clinic belongs to.")
        var township: String?

        @Option(help: ArgumentHelp("Where it stands, for the network's map.", valueName: "degrees north"))
        var latitude: Double?

        @Option(help: ArgumentHelp("Where it stands, for the network's map.", valueName: "degrees east"))
        var longitude: Double?

        @Option(help: ArgumentHelp("The device's Ed25519 public key, 32 bytes in hexadecimal.", valueName: "hex"))
        var publicKey: String?

        @Option(help: ArgumentHelp("Make a key pair and write the device's identity here.", valueName: "file"))
        var keyFile: String?

        @Option(
            help: ArgumentHelp("The certificate that the server is given (PEM), if it is given one.", valueName: "file")
        )
        var tlsCertificate: String?

        @Option(help: ArgumentHelp("Let the device trust this authority (PEM) instead of one key.", valueName: "file"))
        var ca: String?

        @OptionGroup var data: DataFolder

        func validate() throws {
            guard tlsCertificate == nil || ca == nil else {
                throw ValidationError("give either --tls-certificate or --ca")
            }
            guard (latitude == nil) == (longitude == nil) else {
                throw ValidationError("--latitude and --longitude go together")
            }
            guard latitude == nil || GeographicPlace(latitude: latitude, longitude: longitude) != nil else {
                throw ValidationError("--latitude is from -90 to 90 degrees, --longitude from -180 to 180")
            }
            guard (publicKey == nil) != (keyFile == nil) else {
                throw ValidationError("give either --public-key or --key-file")
            }
            for (option, name) in [("--clinic", clinic), ("--township", township)] {
                guard let name else { continue }
                guard (1...HTTPLimits.clinicBytes).contains(name.utf8.count),
                    !name.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
                else {
                    throw ValidationError("\(option) is one line of 1 to \(HTTPLimits.clinicBytes) bytes")
                }
            }
            guard WireProtocol.isDeviceID(id) else {
                throw ValidationError("'\(id)' is no device name: use letters, digits, '-', '_' and '.', at most 64")
            }
        }

        func run() async throws {
            let trust = try serverTrust()
            let key: [UInt8]
            var identity: DeviceIdentity?
            if let publicKey {
                guard let bytes = [UInt8](hexadecimal: publicKey), bytes.count == WireProtocol.publicKeyBytes else {
                    throw CommandError("--public-key must be 32 bytes in hexadecimal (64 digits)")
                }
                key = bytes
            } else {
                let fresh = DeviceIdentity.generate(id: id, server: trust)
                identity = fresh
                key = fresh.publicKey
            }
            try await data.withStore(makingIt: true) { store, now in
                // The identity goes first: a key that nobody holds must not be registered.
                if let identity, let keyFile { try identity.write(to: keyFile) }
                do {
                    try await store.addDevice(
                        Device(
                            id: id, publicKey: key, clinic: clinic, township: township,
                            place: GeographicPlace(latitude: latitude, longitude: longitude), addedAt: now))
                } catch {
                    // Nor is a key to lie about that no server knows.
                    if identity != nil, let keyFile { try FileManager.default.removeItem(atPath: keyFile) }
                    throw error
                }
                try await store.appendAudit(
                    AuditEntry(at: now, actor: data.operatorName, action: "device.add", subject: id))
            }
            Terminal.say("device \(id) is registered" + (keyFile.map { "; its identity is in \($0)" } ?? ""))
            if publicKey != nil, case .keys(let pins) = trust {
                Terminal.say("tell it the server's key: \(pins.map(\.hexadecimal).joined(separator: " "))")
            }
        }

        private func serverTrust() throws -> ServerTrust {
            if let ca { return .authorities(pem: try PEMFile.read(ca)) }
            if let tlsCertificate {
                return .keys(sha256: [try ServerCertificate.pin(ofCertificateFile: tlsCertificate)])
            }
            let own = try OwnCertificate.find(inDataFolder: data.data, now: WallClock.now())
            return .keys(sha256: [try ServerCertificate.pin(ofCertificateFile: own.certificateFile)])
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the registered devices.")
        @OptionGroup var data: DataFolder

        func run() async throws {
            let devices = try await data.withStore { store, _ in try await store.devices() }
            for device in devices {
                let state = device.revokedAt.map { "revoked \($0)" } ?? "active"
                let contact = device.lastContactAt.map { "last contact \($0)" } ?? "never connected"
                Terminal.print([device.id, device.clinic, state, contact].joined(separator: "\t"))
            }
        }
    }

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Refuse a device from now on.")
        @Argument(help: "The device's name.") var id: String
        @OptionGroup var data: DataFolder

        func run() async throws {
            try await data.withStore { store, now in
                try await store.revokeDevice(id, at: now)
                try await store.appendAudit(
                    AuditEntry(at: now, actor: data.operatorName, action: "device.revoke", subject: id))
            }
            Terminal.say("device \(id) is revoked")
        }
    }
}
