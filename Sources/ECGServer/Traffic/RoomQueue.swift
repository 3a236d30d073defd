/// The connections of an event loop that wait for room in the queue for the disk, in the order in which they came; the urgent ones
/// as soon as there is room for what is urgent, which others that come then would pass by with otherwise.
public struct RoomQueue<Connection: Sendable>: Sendable {
    private var waiting: [(connection: Connection, isUrgent: Bool)] = []

    public init() {}

    public var isEmpty: Bool { waiting.isEmpty }

    /// Lets a connection wait. Each waits once until ``next(isCongested:)`` has named it.
    public mutating func add(_ connection: Connection, isUrgent: Bool) { waiting.append((connection, isUrgent)) }

    /// Those for whom there is room now.
    public mutating func next(isCongested: (_ isUrgent: Bool) -> Bool) -> [Connection] {
        let isFull = (urgent: isCongested(true), usual: isCongested(false))
        func mayEnter(_ isUrgent: Bool) -> Bool { !(isUrgent ? isFull.urgent : isFull.usual) }
        let ready = waiting.filter { mayEnter($0.isUrgent) }.map(\.connection)
        waiting.removeAll { mayEnter($0.isUrgent) }
        return ready
    }
}
