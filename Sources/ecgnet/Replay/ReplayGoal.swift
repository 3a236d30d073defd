import ECGDevice
import ECGModel
import ECGWire

/// What a replay waits for, and how far it has come.
struct ReplayGoal {
    private struct Item {
        var name: String
        var isStored = false
        var failure: UploadPlan.Failure?
        /// What of it was not sent because it could not be read, in words.
        var damage: String?
        var hasReading = false
        var expectsAlerts = false
        var alerts: [AlertID: AlertState] = [:]

        var isAnswered: Bool {
            isStored && hasReading
                && (!expectsAlerts || (!alerts.isEmpty && alerts.values.allSatisfy { !$0.isOpen }))
        }
    }

    private var items: [RecordingID: Item]
    private let waitsForAnswers: Bool

    /// - Parameters:
    ///   - recordings: Those to be stored, with the names by which people know them.
    ///   - waitsForAnswers: Whether every alert is to be reported or dismissed.
    init(_ recordings: [RecordingID: String], waitsForAnswers: Bool) {
        items = recordings.mapValues { Item(name: $0) }
        self.waitsForAnswers = waitsForAnswers
    }

    var isReached: Bool {
        items.values.allSatisfy { $0.failure != nil || (waitsForAnswers ? $0.isAnswered : $0.isStored) }
    }

    /// What was not stored and why, in words.
    var failures: [String] {
        items.values.flatMap { item in
            [item.failure?.sentence, item.damage].compactMap { $0 }.map { "\(item.name): \($0)" }
        }.sorted()
    }

    /// - Returns: whether a recording has been stored or has failed with it.
    mutating func take(_ report: DeviceReport) -> Bool {
        switch report {
        case .failed(let recording, let failure):
            items[recording]?.failure = failure
            return items[recording] != nil
        case .damaged(let recording, let samples, let file):
            items[recording]?.damage =
                "damaged in the outbox: \(samples) samples are missing on the server."
                + (file.map { " The file is kept as \($0)." } ?? "")
        case .event(.opened(_, let recording, _, isClosed: true)), .event(.closed(_, let recording, _)):
            let isNew = items[recording]?.isStored == false
            items[recording]?.isStored = true
            return isNew
        case .event(.reading(let reading)):
            items[reading.recording]?.hasReading = true
            items[reading.recording]?.expectsAlerts = reading.priority != nil
        case .event(.alert(let status)):
            items[status.recording]?.alerts[status.alert] = status.state
        case .connected, .event, .disconnected: break
        }
        return false
    }
}

extension UploadPlan.Failure {
    fileprivate var sentence: String {
        switch self {
        case .refused(let error): error.code.sentence
        case .takenOver: "The recording continues on another connection of this device."
        case .otherLength: "The server has this recording with another number of samples. Start a new recording."
        case .unreadable: "The recording cannot be read from the outbox."
        }
    }
}
