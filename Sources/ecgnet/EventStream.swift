/// One message of a stream of server-sent events (WHATWG HTML, section 9.2).
struct ServerSentEvent: Hashable, Sendable {
    /// The stream's last `id` by then; what a reader sends as `Last-Event-ID` when it comes back.
    var id: String?
    /// `message` unless the server named another.
    var name: String
    /// The message's `data` lines, joined by line feeds.
    var data: String
}

/// Takes a stream of server-sent events apart (WHATWG HTML, section 9.2.6), whatever the pieces in which it arrives.
///
/// The field `retry` is not followed: how long to wait is the reader's business.
struct EventStreamParser: Sendable {
    /// A line longer than a message may be: the stream is not what it claims to be.
    struct MessageTooLong: Error {}

    /// UTF-8 bytes of one message. An alert with its evidence and an event with a report of the longest kind come to
    /// some 30 KiB.
    static let messageBytes = 1024 * 1024

    private static let lineFeed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")
    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    /// The `id` of the last message that is complete: to go on after it misses nothing and repeats nothing. A message
    /// without data counts, so a server can say where it begins.
    private(set) var lastEventID: String?
    private var id: String?
    private var line: [UInt8] = []
    private var name = ""
    private var data = ""
    private var hasData = false
    /// A line feed directly after a carriage return belongs to the same line end.
    private var previousWasCarriageReturn = false
    private var isFirstLine = true

    /// - Parameter lastEventID: The last message of an earlier connection.
    init(lastEventID: String? = nil) {
        self.lastEventID = lastEventID
        id = lastEventID
    }

    /// Takes the next piece of the stream and returns the messages that it completes.
    mutating func consume(_ bytes: some Sequence<UInt8>) throws(MessageTooLong) -> [ServerSentEvent] {
        var events: [ServerSentEvent] = []
        for byte in bytes {
            let endsSameLine = byte == Self.lineFeed && previousWasCarriageReturn
            previousWasCarriageReturn = byte == Self.carriageReturn
            if endsSameLine { continue }
            if byte == Self.lineFeed || byte == Self.carriageReturn {
                if let event = endLine() { events.append(event) }
            } else {
                line.append(byte)
                guard line.count + data.utf8.count <= Self.messageBytes else { throw MessageTooLong() }
            }
        }
        return events
    }

    private mutating func endLine() -> ServerSentEvent? {
        defer { line.removeAll(keepingCapacity: true) }
        if isFirstLine {
            isFirstLine = false
            if line.starts(with: Self.byteOrderMark) { line.removeFirst(Self.byteOrderMark.count) }
        }
        guard !line.isEmpty else { return endMessage() }
        let colon = line.firstIndex(of: UInt8(ascii: ":"))
        let field = String(decoding: line[..<(colon ?? line.endIndex)], as: UTF8.self)
        var value = line[(colon.map { $0 + 1 } ?? line.endIndex)...]
        if value.first == UInt8(ascii: " ") { value.removeFirst() }
        switch field {
        case "event": name = String(decoding: value, as: UTF8.self)
        case "data":
            if hasData { data += "\n" }
            data += String(decoding: value, as: UTF8.self)
            hasData = true
        case "id" where !value.contains(0): id = String(decoding: value, as: UTF8.self)
        // Comments, which begin with the colon, and fields that nobody knows.
        default: break
        }
        return nil
    }

    /// A blank line ends a message; one without data is none.
    private mutating func endMessage() -> ServerSentEvent? {
        defer {
            name = ""
            data = ""
            hasData = false
        }
        lastEventID = id
        guard hasData else { return nil }
        return ServerSentEvent(id: lastEventID, name: name.isEmpty ? "message" : name, data: data)
    }
}
