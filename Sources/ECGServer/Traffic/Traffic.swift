import Synchronization

/// The one ``TrafficBook`` of a server, for all its loops.
final class Traffic: Sendable {
    let book: Mutex<TrafficBook>
    let unproven: UnprovenConnections

    init(limits: IngestLimits) {
        book = Mutex(TrafficBook(limits: limits))
        unproven = UnprovenConnections(limit: limits.unprovenConnections)
    }
}
