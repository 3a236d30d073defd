import NIOCore

/// The connections of an event loop that have received what is not urgent, in the order in which it came.
///
/// To take bytes from a socket costs little, to decode and analyse them a lot. With more load than the processor takes, what
/// devices send waits, and without an order a new chest pain waits behind everything else. So what is urgent is taken at
/// once, and the rest in turns of a bounded length, between which the loop sees to its sockets. A connection that waits is
/// not read any further, so that TCP slows its device down; none is cut off, and none waits for ever.
///
/// A value without a clock: its loop tells it how long the turn has lasted.
public struct Turns<Connection: Sendable>: Sendable {
    /// What is urgent waits half of it on average, which is little beside the gathering of a batch and the sync; a hundred
    /// blocks are analysed meanwhile, so that what a turn itself costs does not count.
    public static var length: Duration { .milliseconds(10) }

    private var waiting = CircularBuffer<Connection>()
    private var urgent = CircularBuffer<Connection>()

    public init() {}

    public var isEmpty: Bool { waiting.isEmpty && urgent.isEmpty }

    /// Lets a connection wait. Each waits once until ``next(after:)`` has named it.
    ///
    /// - Parameter isUrgent: it has had its share at once already, and goes before those that were not urgent.
    public mutating func add(_ connection: Connection, isUrgent: Bool = false) {
        if isUrgent { urgent.append(connection) } else { waiting.append(connection) }
    }

    /// The connection that has waited longest, or nil where none waits or the turn is over.
    public mutating func next(after lasted: Duration) -> Connection? {
        guard lasted < Self.length else { return nil }
        return urgent.popFirst() ?? waiting.popFirst()
    }
}
