import ECGModel
import ECGWire

/// The recordings that are stored and whose reading, and the hospital's answer to its alerts, are waited for. To open one
/// again tells the server to whom news of it goes. A value.
struct NewsWatch: Sendable {
    private struct Item {
        var header: RecordingHeader
        var hasReading = false
        var expectsAlerts = false
        var alerts: [AlertID: AlertState] = [:]
        /// Whether it was sent or asked for on this connection.
        var isAskedFor = true

        var isAnswered: Bool {
            hasReading && (!expectsAlerts || (!alerts.isEmpty && alerts.values.allSatisfy { !$0.isOpen }))
        }
    }

    /// More than a clinic records in a shift. The oldest goes when there are more: its reading and report are at the
    /// hospital all the same.
    static let limit = 32

    private var items: [Item] = []

    mutating func watch(_ header: RecordingHeader) {
        guard !items.contains(where: { $0.header.id == header.id }) else { return }
        items.append(Item(header: header))
        if items.count > Self.limit { items.removeFirst() }
    }

    mutating func disconnected() {
        for index in items.indices { items[index].isAskedFor = false }
    }

    /// The next recording to ask about.
    mutating func next() -> RecordingHeader? {
        guard let index = items.firstIndex(where: { !$0.isAskedFor }) else { return nil }
        items[index].isAskedFor = true
        return items[index].header
    }

    mutating func handle(_ event: DeviceEvent) {
        switch event {
        case .reading(let reading):
            update(reading.recording) {
                $0.hasReading = true
                $0.expectsAlerts = reading.priority != nil
            }
        case .alert(let status): update(status.recording) { $0.alerts[status.alert] = status.state }
        case .refused(_, let id?, _): items.removeAll { $0.header.id == id }
        default: break
        }
    }

    private mutating func update(_ recording: RecordingID, _ change: (inout Item) -> Void) {
        guard let index = items.firstIndex(where: { $0.header.id == recording }) else { return }
        change(&items[index])
        if items[index].isAnswered { items.remove(at: index) }
    }
}
