import NIOCore

/// Whose connection is read next when an event loop has more to do than it gets done.
///
/// As long as the loop keeps up, a connection is read when something has come in. When it falls behind, what devices send
/// waits in their sockets, and without an order a new chest pain waits behind everything else. So connections with
/// something urgent are still read at once, and the others in turn, as many at a time as the loop does in ``turn``. TCP
/// slows their devices down; none is cut off, and none waits for ever, since every turn lets some in.
///
/// A value without a clock: its loop tells it what it saw.
public struct ReadingTurns<Connection: Sendable>: Sendable {
    /// The loop looks this often whether it keeps up: twenty looks a second cost less than a single block.
    public static var look: Duration { .milliseconds(50) }
    /// A look that comes later than this means that the loop is behind: what it does in one go takes a few milliseconds.
    public static var late: Duration { .milliseconds(100) }
    /// What the loop should do from one turn to the next. What is urgent waits half of it on average, which is little
    /// beside the gathering of a batch and the sync.
    public static var turn: Duration { .milliseconds(30) }
    /// As many as a turn lets in at least, so that everybody gets on while much is urgent.
    public static var fewest: Int { 4 }
    /// As many as the first turn lets in, before it is known what one costs: a block takes some 300 µs.
    public static var first: Int { 64 }

    /// Whether the loop has more to do than it gets done.
    public private(set) var isBehind = false
    private var waiting = CircularBuffer<Connection>()
    private var inOneTurn = Self.first

    public init() {}

    /// Whether a connection is to be read now. If not, it waits, and ``next(after:)`` names it when its turn has come.
    public mutating func mayRead(_ connection: Connection, isUrgent: Bool) -> Bool {
        guard isBehind, !isUrgent else { return true }
        waiting.append(connection)
        return false
    }

    /// Notes how late the loop came to a look. If it turns out to be behind, turns are to be taken from now on.
    public mutating func looked(late delay: Duration) {
        guard !isBehind, delay > Self.late else { return }
        isBehind = true
        inOneTurn = Self.first
    }

    /// The connections whose turn it is, in the order in which they asked.
    /// - Parameter lasted: How long the loop took since the turn before; nil for the first.
    public mutating func next(after lasted: Duration?) -> [Connection] {
        if let lasted {
            if waiting.isEmpty, lasted < Self.turn { isBehind = false }
            let factor = min(max(Self.turn / max(lasted, .microseconds(1)), 0.5), 2)
            inOneTurn = max(Self.fewest, Int(Double(inOneTurn) * factor))
        }
        let count = min(inOneTurn, waiting.count)
        // A turn that few have asked for says nothing of how many could be let in.
        inOneTurn = min(inOneTurn, max(count, Self.first))
        defer { waiting.removeFirst(count) }
        return Array(waiting.prefix(count))
    }
}
