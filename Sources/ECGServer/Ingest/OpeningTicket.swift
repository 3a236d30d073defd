import Synchronization

/// One wish to open a recording, and whether anybody still waits for it.
final class OpeningTicket: Sendable {
    private let awaited = Atomic(true)

    var isAwaited: Bool { awaited.load(ordering: .relaxed) }

    /// The connection has gone, or has opened another recording in its place.
    func withdraw() { awaited.store(false, ordering: .relaxed) }
}
