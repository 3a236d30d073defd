import ECGModel
import ECGWire

/// The recordings that are stored and whose reading, and the hospital's answer to its alerts, are waited for. To open one
/// again tells the server to whom news of it goes. A value.
///
/// One that is answered is not asked about, and kept while there is room: a dismissal may be taken back, and where the
/// server tells everything anew it tells that too, before what took it back.
struct NewsWatch: Sendable {
    private enum Asking {
        /// It was sent or asked for on this connection.
        case done
        case due
        /// The server cannot answer for now.
        case putOff(until: Duration)

        func isDue(at time: Duration) -> Bool {
            switch self {
            case .done: false
            case .due: true
            case .putOff(let until): until <= time
            }
        }
    }

    private struct Item {
        var header: RecordingHeader
        var hasReading = false
        var expectsAlerts = false
        var alerts: [AlertID: AlertState] = [:]
        var asking = Asking.done
        /// How often it was refused for now, since the server answered last.
        var refusals = 0

        var isAnswered: Bool {
            hasReading && (!expectsAlerts || (!alerts.isEmpty && alerts.values.allSatisfy { !$0.isOpen }))
        }
    }

    /// More than a clinic records in a shift. When there are more the oldest goes, of the answered ones where there are any: its
    /// reading and report are at the hospital all the same.
    static let limit = 32

    private var items: [Item] = []

    mutating func watch(_ header: RecordingHeader) {
        guard !items.contains(where: { $0.header.id == header.id }) else { return }
        items.append(Item(header: header))
        guard items.count > Self.limit else { return }
        items.remove(at: items.firstIndex(where: \.isAnswered) ?? 0)
    }

    mutating func disconnected() {
        for index in items.indices {
            switch items[index].asking {
            case .done: items[index].asking = .due
            case .due, .putOff: break
            }
        }
    }

    /// The next recording to ask about.
    mutating func next(at time: Duration) -> RecordingHeader? {
        guard let index = items.firstIndex(where: { !$0.isAnswered && $0.asking.isDue(at: time) }) else { return nil }
        items[index].asking = .done
        return items[index].header
    }

    mutating func handle(_ event: DeviceEvent, at time: Duration) {
        switch event {
        case .opened(_, let id, _, _): update(id) { $0.refusals = 0 }
        case .reading(let reading):
            update(reading.recording) {
                $0.hasReading = true
                $0.expectsAlerts = reading.priority != nil
            }
        case .alert(let status): update(status.recording) { $0.alerts[status.alert] = status.state }
        case .refused(_, let id?, let error): refused(id, error, at: time)
        default: break
        }
    }

    /// A server that is busy, stopping or failing has nothing against the question; from one that will not answer it
    /// nothing more is to be heard.
    private mutating func refused(_ recording: RecordingID, _ error: WireError, at time: Duration) {
        guard error.code.mayPass else {
            items.removeAll { $0.header.id == recording }
            return
        }
        update(recording) {
            $0.asking = .putOff(until: time + RetryPause.duration(after: error, failures: $0.refusals))
            $0.refusals += 1
        }
    }

    private mutating func update(_ recording: RecordingID, _ change: (inout Item) -> Void) {
        guard let index = items.firstIndex(where: { $0.header.id == recording }) else { return }
        change(&items[index])
    }
}
