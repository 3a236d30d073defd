import NIOCore
import Synchronization

/// The connections that have not proved anything, in the order in which they came. When there are too many the one that has
/// waited longest gives way to the newest.
final class UnprovenConnections: Sendable {
    private struct State: Sendable {
        var waiting: Set<ConnectionID> = []
        /// Those that have left are skipped when their turn comes.
        var order = CircularBuffer<ConnectionPlace>()
    }

    private let limit: Int
    private let state = Mutex(State())

    init(limit: Int) { self.limit = limit }

    /// Takes a connection in; returns the one that has to go for it.
    func add(_ place: ConnectionPlace) -> ConnectionPlace? {
        state.withLock { state in
            state.waiting.insert(place.connection)
            state.order.append(place)
            while let oldest = state.order.first, !state.waiting.contains(oldest.connection) {
                state.order.removeFirst()
            }
            // A connection that stays unproven for long must not keep all those after it in memory.
            if state.order.count > 2 * limit {
                let waiting = state.waiting
                state.order.removeAll { !waiting.contains($0.connection) }
            }
            guard state.waiting.count > limit, let oldest = state.order.popFirst() else { return nil }
            state.waiting.remove(oldest.connection)
            return oldest
        }
    }

    /// The connection has proved itself, or is gone.
    func remove(_ connection: ConnectionID) {
        state.withLock { state in _ = state.waiting.remove(connection) }
    }
}
