import Foundation

/// The secret that signs a webhook's messages: `whsec_` and base64, as Standard Webhooks writes it, or any other line.
struct WebhookSecret {
    let bytes: [UInt8]

    struct Unusable: Error, CustomStringConvertible { let description: String }

    /// - Throws: ``Unusable``, which never holds the secret, nor says where it is.
    init(file: String) throws {
        guard let handle = FileHandle(forReadingAtPath: file),
            let data = try handle.read(upToCount: 2 * EscalationLimits.secretBytes.upperBound)
        else {
            throw Unusable(
                description: "the secret's file cannot be read: put the secret there, readable by the server only")
        }
        let permissions = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
        guard let permissions, permissions & 0o007 == 0 else {
            throw Unusable(description: "the secret's file can be read by everybody on this machine: chmod 600")
        }
        let line = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        let prefix = "whsec_"
        if line.hasPrefix(prefix) {
            guard let decoded = Data(base64Encoded: String(line.dropFirst(prefix.count))) else {
                throw Unusable(description: "the secret begins with \(prefix) and is not base64 after it")
            }
            bytes = [UInt8](decoded)
        } else {
            bytes = [UInt8](line.utf8)
        }
        guard EscalationLimits.secretBytes.contains(bytes.count) else {
            throw Unusable(
                description: "the secret has \(bytes.count) bytes: at least "
                    + "\(EscalationLimits.secretBytes.lowerBound), made with openssl rand -base64 32")
        }
    }
}
