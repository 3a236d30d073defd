/// Takes a tar archive apart as it arrives: the ustar format of POSIX.1 (pax utility, "ustar Interchange Format").
///
/// It knows regular files with plain names, which is what the server sends, and refuses everything else: an archive must
/// not be able to write anywhere but into the folder that it is unpacked into.
struct TarReader: Sendable {
    enum Piece: Equatable, Sendable {
        case file(name: String)
        /// The next bytes of the file begun last.
        case content([UInt8])
        /// The file begun last is complete.
        case endOfFile
    }

    enum Failure: Error, Equatable, CustomStringConvertible {
        case damagedHeader
        case unwantedEntry
        case unsafeName
        case tooLarge(limit: Int)

        var description: String {
            switch self {
            case .damagedHeader: "the archive is damaged: a file's header in it cannot be read"
            case .unwantedEntry: "the archive holds something else than plain files"
            case .unsafeName: "the archive holds a file with a name that is none of a recording's"
            case .tooLarge(let limit): "the archive holds more than \(limit) bytes"
            }
        }
    }

    private static let blockBytes = 512
    /// The header's fields by their offsets and widths.
    private enum Field {
        static let name = 0..<100
        static let size = 124..<136
        static let checksum = 148..<156
        static let type = 156
        static let magic = 257..<262
        static let prefix = 345..<500
    }

    private enum State {
        case header
        case content(remaining: Int, padding: Int)
        case padding(remaining: Int)
        case end
    }

    private let limitBytes: Int
    private var contentBytes = 0
    private var state = State.header
    private var header: [UInt8] = []

    /// Whether the archive's own end has been read; without it something is missing.
    var isComplete: Bool {
        if case .end = state { true } else { false }
    }

    /// - Parameter limitBytes: The most bytes that all files together may hold.
    init(limitBytes: Int) { self.limitBytes = limitBytes }

    /// Takes the next piece of the archive.
    mutating func consume(_ bytes: some Collection<UInt8>) throws(Failure) -> [Piece] {
        var pieces: [Piece] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            switch state {
            case .header:
                let part = rest.prefix(Self.blockBytes - header.count)
                header += part
                rest = rest.dropFirst(part.count)
                if header.count == Self.blockBytes {
                    pieces += try endHeader()
                    header.removeAll(keepingCapacity: true)
                }
            case .content(let remaining, let padding):
                let part = rest.prefix(remaining)
                pieces.append(.content(Array(part)))
                rest = rest.dropFirst(part.count)
                if part.count < remaining {
                    state = .content(remaining: remaining - part.count, padding: padding)
                } else {
                    pieces.append(.endOfFile)
                    state = padding == 0 ? .header : .padding(remaining: padding)
                }
            case .padding(let remaining):
                let part = rest.prefix(remaining)
                rest = rest.dropFirst(part.count)
                state = part.count < remaining ? .padding(remaining: remaining - part.count) : .header
            // Writers fill up behind the end as they like.
            case .end: rest = rest.dropFirst(rest.count)
            }
        }
        return pieces
    }

    private mutating func endHeader() throws(Failure) -> [Piece] {
        // The format ends with two empty blocks; the first of them tells enough.
        if header.allSatisfy({ $0 == 0 }) {
            state = .end
            return []
        }
        // The sum of the header's bytes, its own field taken as blanks.
        let sum = header.indices.reduce(0) {
            $0 + Int(Field.checksum.contains($1) ? UInt8(ascii: " ") : header[$1])
        }
        guard header[Field.magic].elementsEqual("ustar".utf8), octal(Field.checksum) == sum,
            let size = octal(Field.size)
        else { throw .damagedHeader }
        guard header[Field.type] == UInt8(ascii: "0") || header[Field.type] == 0 else { throw .unwantedEntry }
        guard header[Field.prefix.lowerBound] == 0, let name = plainName() else { throw .unsafeName }
        guard size <= limitBytes - contentBytes else { throw .tooLarge(limit: limitBytes) }
        contentBytes += size
        let padding = (Self.blockBytes - size % Self.blockBytes) % Self.blockBytes
        guard size > 0 else {
            state = .header
            return [.file(name: name), .endOfFile]
        }
        state = .content(remaining: size, padding: padding)
        return [.file(name: name)]
    }

    /// Octal digits, ended by a NUL, a blank or the field's end. Twelve digits, the most a field holds, fit an `Int`.
    private func octal(_ field: Range<Int>) -> Int? {
        let digits = header[field].prefix { $0 != 0 && $0 != UInt8(ascii: " ") }
        guard !digits.isEmpty, digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "7")).contains($0) }) else {
            return nil
        }
        return digits.reduce(0) { $0 * 8 + Int($1 - UInt8(ascii: "0")) }
    }

    /// A name of letters, digits, `-`, `_` and `.` that does not begin with a dot: no path, no hidden file.
    private func plainName() -> String? {
        let bytes = header[Field.name].prefix { $0 != 0 }
        guard let first = bytes.first, first != UInt8(ascii: "."), bytes.allSatisfy(Self.isPlain) else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}
