#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension [UInt8] {
    /// As the generated messages hold bytes. Only they need Foundation's type.
    var protobufBytes: Data { Data(self) }
}

extension String {
    /// As the generated messages hold a text that a device sends.
    var protobufBytes: Data { Data(utf8) }

    /// A text that a device sent. A character that was cut off at its end is left out, and what else is no UTF-8 is replaced
    /// (U+FFFD); what came within `limit` bytes stays within them.
    init(repairing bytes: Data, limit: Int) {
        self = String(decoding: bytes.withoutCutCharacter, as: UTF8.self).prefix(bytes: Swift.max(bytes.count, limit))
    }

    /// The same where only a character at the end may be missing: nil for what else is no UTF-8. Two names that came in another
    /// encoding must not become one by being repaired.
    init?(completing bytes: Data) {
        self.init(validating: bytes.withoutCutCharacter, as: UTF8.self)
    }
}

extension Data {
    /// Without the first bytes of a UTF-8 character whose last ones are missing, as a field of fixed size cuts it.
    fileprivate var withoutCutCharacter: Data {
        // Of four bytes at the most.
        for (behind, byte) in suffix(3).reversed().enumerated() where byte & 0xC0 != 0x80 {
            // The bytes with which characters of several begin (RFC 3629, section 4).
            let length =
                switch byte {
                case 0xC2...0xDF: 2
                case 0xE0...0xEF: 3
                case 0xF0...0xF4: 4
                default: 1
                }
            return length > behind + 1 ? dropLast(behind + 1) : self
        }
        return self
    }
}
