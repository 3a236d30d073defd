/// The universally unique name (RFC 9562 UUID) that a device gives a recording when it starts it.
///
/// It makes every step repeatable: a recording opened, sent or closed twice under one name is the same recording.
public struct RecordingID: Hashable, Sendable {
    /// The sixteen bytes of the UUID in network order, high half first.
    public var high: UInt64
    public var low: UInt64

    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Makes an identifier of version 8 (RFC 9562, section 5.8) from any 16 bytes, for example random ones or a digest.
    public init(seedHigh: UInt64, seedLow: UInt64) {
        high = (seedHigh & ~0xF000) | 0x8000
        low = (seedLow & 0x3FFF_FFFF_FFFF_FFFF) | 0x8000_0000_0000_0000
    }

    /// Reads the sixteen bytes of a UUID, or returns nil when there are not sixteen.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        var words = (high: UInt64(0), low: UInt64(0))
        // Every block names its recording: bytes that lie together are read as two words.
        let isRead: Void? = bytes.withContiguousStorageIfAvailable { storage in
            let raw = UnsafeRawBufferPointer(storage)
            words.high = UInt64(bigEndian: raw.loadUnaligned(as: UInt64.self))
            words.low = UInt64(bigEndian: raw.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        }
        if isRead == nil {
            for byte in bytes {
                words.high = words.high << 8 | words.low >> 56
                words.low = words.low << 8 | UInt64(byte)
            }
        }
        high = words.high
        low = words.low
    }

    private static let byteCount = 16

    public var bytes: [UInt8] {
        [UInt8](unsafeUninitializedCapacity: Self.byteCount) { buffer, count in
            let raw = UnsafeMutableRawBufferPointer(buffer)
            raw.storeBytes(of: high.bigEndian, as: UInt64.self)
            raw.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
            count = Self.byteCount
        }
    }
}

extension RecordingID: LosslessStringConvertible {
    /// The canonical lower-case text, for example `0f8fad5b-d9cb-469f-a165-70867728950e`.
    public var description: String {
        var text = ""
        for (index, byte) in bytes.enumerated() {
            if [4, 6, 8, 10].contains(index) { text += "-" }
            if byte < 16 { text += "0" }
            text += String(byte, radix: 16)
        }
        return text
    }

    /// Reads the canonical form with its hyphens, in either case.
    public init?(_ text: String) {
        let characters = Array(text.utf8)
        guard characters.count == 36 else { return nil }
        var bytes: [UInt8] = []
        var index = 0
        while index < 36 {
            if [8, 13, 18, 23].contains(index) {
                guard characters[index] == UInt8(ascii: "-") else { return nil }
                index += 1
                continue
            }
            guard let upper = Self.hexDigit(characters[index]), let lower = Self.hexDigit(characters[index + 1])
            else { return nil }
            bytes.append(upper << 4 | lower)
            index += 2
        }
        self.init(bytes: bytes)
    }

    private static func hexDigit(_ character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): character - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): character - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

extension RecordingID: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let id = RecordingID(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "a recording's id is a UUID")
        }
        self = id
    }
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
