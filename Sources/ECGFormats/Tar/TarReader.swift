/// Takes a tar archive apart as it arrives.
///
/// It knows regular files with plain names, which is what the server sends, and refuses everything else: an archive must
/// not be able to write anywhere but into the folder that it is unpacked into.
public struct TarReader: Sendable {
    /// What the next bytes turned out to be.
    public enum Piece: Equatable, Sendable {
        case file(name: String)
        /// The next bytes of the file begun last.
        case content([UInt8])
        /// The file begun last is complete.
        case endOfFile
    }

    /// Why an archive is not taken.
    public enum Failure: Error, Equatable, Sendable, CustomStringConvertible {
        case damagedHeader
        case unwantedEntry
        case unsafeName
        case tooLarge(limit: Int)

        public var description: String {
            switch self {
            case .damagedHeader: "the archive is damaged, a file's header in it cannot be read: get it again"
            case .unwantedEntry: "the archive holds something else than plain files: take archives only from the server"
            case .unsafeName:
                "the archive holds a file with a name that is none of a recording's: take archives only from the server"
            case .tooLarge(let limit):
                "the archive holds more than \(limit) bytes, more than the server sends: get it again"
            }
        }
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
    public var isComplete: Bool {
        if case .end = state { true } else { false }
    }

    /// - Parameter limitBytes: The most bytes that all files together may hold.
    public init(limitBytes: Int) { self.limitBytes = limitBytes }

    /// Takes the next piece of the archive.
    public mutating func consume(_ bytes: some Collection<UInt8>) throws(Failure) -> [Piece] {
        var pieces: [Piece] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            switch state {
            case .header:
                let part = rest.prefix(TarHeader.blockBytes - header.count)
                header += part
                rest = rest.dropFirst(part.count)
                if header.count == TarHeader.blockBytes {
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
        guard let file = TarHeader(header) else { throw .damagedHeader }
        guard file.isPlainFile else { throw .unwantedEntry }
        guard !file.hasFolder, let name = Self.plainName(file.name) else { throw .unsafeName }
        let size = file.size
        guard size <= limitBytes - contentBytes else { throw .tooLarge(limit: limitBytes) }
        contentBytes += size
        let padding = TarHeader.padding(after: size)
        guard size > 0 else {
            state = .header
            return [.file(name: name), .endOfFile]
        }
        state = .content(remaining: size, padding: padding)
        return [.file(name: name)]
    }

    /// A name of letters, digits, `-`, `_` and `.` that does not begin with a dot: no path, no hidden file.
    private static func plainName(_ bytes: [UInt8]) -> String? {
        guard let first = bytes.first, first != UInt8(ascii: "."), bytes.allSatisfy(isPlain) else { return nil }
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
