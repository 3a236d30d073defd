/// A file's header in an archive of the ustar format of POSIX.1 (pax utility, "ustar Interchange Format"): 512 bytes of
/// fields, numbers as octal digits.
struct TarHeader: Equatable {
    /// Headers and contents are filled up to whole blocks.
    static let blockBytes = 512

    /// The fields by their offsets and widths.
    private enum Field {
        static let name = 0..<100
        static let mode = 100..<108
        static let owner = 108..<116
        static let group = 116..<124
        static let size = 124..<136
        static let modified = 136..<148
        static let checksum = 148..<156
        static let type = 156
        static let magic = 257..<262
        static let magicAndVersion = 257..<265
        static let prefix = 345..<500
    }

    /// The name's bytes, without the folder that the prefix may hold.
    var name: [UInt8]
    /// Of the content, in bytes.
    var size: Int
    /// Seconds since 1970; before that it is 0, and after the year 2242 the last second that the field holds: no clock may
    /// keep a file from being written.
    var modified: Int
    /// Whether it is a file, and no folder, link or device.
    var isPlainFile = true
    /// Whether the name goes on before itself with a folder.
    var hasFolder = false

    /// How many bytes fill a content up to whole blocks.
    static func padding(after size: Int) -> Int { (blockBytes - size % blockBytes) % blockBytes }

    // MARK: Written

    /// Eleven octal digits.
    private static let latest = 0o77_777_777_777

    /// - Precondition: The name is ASCII of at most 100 bytes, the content below 8 GiB: what the fields hold.
    init(name: String, size: Int, modified: Int) {
        precondition(name.utf8.count <= Field.name.count && name.utf8.allSatisfy { $0 < 0x80 }, "a name for tar")
        self.name = Array(name.utf8)
        self.size = size
        self.modified = min(max(0, modified), Self.latest)
    }

    /// A plain file that everybody may read.
    var bytes: [UInt8] {
        var header = [UInt8](repeating: 0, count: Self.blockBytes)
        header.replaceSubrange(Field.name.prefix(name.count), with: name)
        header.put(octal: 0o644, in: Field.mode)
        header.put(octal: 0, in: Field.owner)
        header.put(octal: 0, in: Field.group)
        header.put(octal: size, in: Field.size)
        header.put(octal: modified, in: Field.modified)
        header[Field.type] = UInt8(ascii: "0")
        header.replaceSubrange(Field.magicAndVersion, with: Array("ustar\u{0}00".utf8))
        header.put(octal: Self.sum(of: header), in: Field.checksum.dropLast())
        header[Field.checksum.upperBound - 1] = UInt8(ascii: " ")
        return header
    }

    // MARK: Read

    /// Nil for bytes that are no header.
    init?(_ bytes: [UInt8]) {
        guard bytes.count == Self.blockBytes, bytes[Field.magic].elementsEqual("ustar".utf8),
            bytes.octal(Field.checksum) == Self.sum(of: bytes), let size = bytes.octal(Field.size)
        else { return nil }
        name = Array(bytes[Field.name].prefix { $0 != 0 })
        self.size = size
        modified = bytes.octal(Field.modified) ?? 0
        isPlainFile = bytes[Field.type] == UInt8(ascii: "0") || bytes[Field.type] == 0
        hasFolder = bytes[Field.prefix.lowerBound] != 0
    }

    /// The sum of the header's bytes, its own field taken as blanks.
    private static func sum(of header: [UInt8]) -> Int {
        header.indices.reduce(0) { $0 + Int(Field.checksum.contains($1) ? UInt8(ascii: " ") : header[$1]) }
    }
}

extension [UInt8] {
    /// Writes octal digits with leading zeros and a final NUL into a field.
    fileprivate mutating func put(octal value: Int, in field: Range<Int>) {
        let digits = String(value, radix: 8)
        precondition(digits.utf8.count < field.count, "\(value) does not fit its field")
        let padding = repeatElement(UInt8(ascii: "0"), count: field.count - 1 - digits.utf8.count)
        replaceSubrange(field, with: Array(padding) + Array(digits.utf8) + [0])
    }

    /// Octal digits, ended by a NUL, a blank or the field's end. Twelve digits, the most a field holds, fit an `Int`.
    fileprivate func octal(_ field: Range<Int>) -> Int? {
        let digits = self[field].prefix { $0 != 0 && $0 != UInt8(ascii: " ") }
        guard !digits.isEmpty, digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "7")).contains($0) }) else {
            return nil
        }
        return digits.reduce(0) { $0 * 8 + Int($1 - UInt8(ascii: "0")) }
    }
}
