import Synchronization

/// One wish to open a recording: its number in the order in which devices ask, and whether anybody still waits for it.
final class OpeningTicket: Sendable {
    let number: UInt64
    private let awaited = Atomic(true)

    init(number: UInt64) { self.number = number }

    var isAwaited: Bool { awaited.load(ordering: .relaxed) }

    /// The connection has gone, or has opened another recording in its place.
    func withdraw() { awaited.store(false, ordering: .relaxed) }
}
