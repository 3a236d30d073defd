import ECGModel

/// An uncompressed archive in the ustar format of POSIX.1 (pax utility, "ustar Interchange Format"): every file is a
/// header of 512 bytes and its content, filled up to blocks of 512; two empty blocks end the archive.
struct TarArchive {
    private static let blockBytes = 512
    /// The header's fields by their offsets and widths.
    private enum Field {
        static let name = 0..<100
        static let mode = 100..<108
        static let owner = 108..<116
        static let group = 116..<124
        static let size = 124..<136
        static let modified = 136..<148
        static let checksum = 148..<156
        static let type = 156
        static let magicAndVersion = 257..<265
    }

    private let modifiedAt: Timestamp
    private var bytes: [UInt8] = []

    init(modifiedAt: Timestamp) { self.modifiedAt = modifiedAt }

    /// - Precondition: The name is ASCII of at most 100 bytes, the content below 8 GiB: what the fields hold.
    mutating func add(_ content: [UInt8], name: String) {
        precondition(name.utf8.count <= Field.name.count && name.utf8.allSatisfy { $0 < 0x80 }, "a name for tar")
        var header = [UInt8](repeating: 0, count: Self.blockBytes)
        header.replaceSubrange(Field.name.prefix(name.utf8.count), with: name.utf8)
        header.put(octal: 0o644, in: Field.mode)
        header.put(octal: 0, in: Field.owner)
        header.put(octal: 0, in: Field.group)
        header.put(octal: content.count, in: Field.size)
        header.put(octal: max(0, Int(modifiedAt.microsecondsSince1970 / 1_000_000)), in: Field.modified)
        header[Field.type] = UInt8(ascii: "0")
        header.replaceSubrange(Field.magicAndVersion, with: Array("ustar\u{0}00".utf8))
        // The sum of the header's bytes, its own field taken as blanks.
        header.replaceSubrange(Field.checksum, with: repeatElement(UInt8(ascii: " "), count: Field.checksum.count))
        let sum = header.reduce(0) { $0 + Int($1) }
        header.put(octal: sum, in: Field.checksum.dropLast())
        bytes += header
        bytes += content
        bytes += repeatElement(0, count: (Self.blockBytes - content.count % Self.blockBytes) % Self.blockBytes)
    }

    /// The archive with its end.
    func finished() -> [UInt8] { bytes + repeatElement(0, count: 2 * Self.blockBytes) }
}

extension [UInt8] {
    /// Writes octal digits with leading zeros and a final NUL into a field.
    fileprivate mutating func put(octal value: Int, in field: Range<Int>) {
        let digits = String(value, radix: 8)
        precondition(digits.utf8.count < field.count, "\(value) does not fit its field")
        let padding = repeatElement(UInt8(ascii: "0"), count: field.count - 1 - digits.utf8.count)
        replaceSubrange(field, with: Array(padding) + Array(digits.utf8) + [0])
    }
}
