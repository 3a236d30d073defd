import ECGDevice
import ECGModel
import ECGServer
import ECGWire
import Foundation

/// Prints what happens to a replay: a line an event for people, an object an event for programs, and a progress bar.
struct ReplayLog {
    /// A recording by the name that people know, with its length.
    struct Subject {
        var name: String
        var sampleCount: Int
    }

    private let subjects: [RecordingID: Subject]
    private let json: Bool
    private var progress: ProgressBar
    private var stored: [RecordingID: Int] = [:]
    private var lostAt: Timestamp?

    init(_ subjects: [RecordingID: Subject], json: Bool) {
        self.subjects = subjects
        self.json = json
        let total = subjects.values.reduce(0) { $0 + $1.sampleCount }
        progress = ProgressBar("uploading", total: total, unit: "samples stored")
    }

    mutating func take(_ report: DeviceReport) {
        switch report {
        case .connected:
            if let lostAt { say("connected again, after \(WallClock.now() - lostAt)") }
            lostAt = nil
        case .disconnected(let reason, let retryAfter):
            let since = lostAt ?? WallClock.now()
            lostAt = since
            say("not connected since \(since): \(reason); trying again in \(retryAfter)")
        case .event(let event): take(event)
        // Told at the end, with the others that failed.
        case .failed, .damaged: break
        }
    }

    mutating func finish() { progress.finish() }

    private mutating func take(_ event: DeviceEvent) {
        switch event {
        case .ready, .pong: break
        case .opened(_, let recording, let stored, let isClosed):
            note(stored, of: recording)
            let text =
                isClosed ? "stored completely before" : stored > 0 ? "resumed after \(stored) stored samples" : "opened"
            print("opened", recording, text, ["samples": .number(stored)])
        case .stored(_, let recording, let upTo):
            note(upTo, of: recording)
            let total = subjects[recording]?.sampleCount ?? upTo
            print("stored", recording, "stored \(upTo) of \(total) samples", ["samples": .number(upTo)])
        case .closed(_, let recording, let total):
            print("complete", recording, "complete", ["samples": .number(total)])
        case .reading(let reading):
            let lines = reading.lines + [reading.qualityAdvice, reading.disclaimer].compactMap { $0 }
            print(
                "reading", reading.recording, "machine reading: " + lines.joined(separator: " "),
                ["text": .text(lines.joined(separator: " "))])
        // Of other recordings the server tells too what has happened while this device was away.
        case .alert(let status): if subjects[status.recording] != nil { takeAlert(status) }
        case .notice(let notice):
            say(notice.text)
        case .refused(_, let recording, let error):
            let name = recording.flatMap { subjects[$0]?.name } ?? "a recording"
            say("\(name): \(error.code.sentence) (\(error.detail))")
        }
    }

    private mutating func takeAlert(_ status: AlertStatus) {
        let by = status.by.map { " by \($0)" } ?? ""
        let text =
            switch status.state {
            case .raised: "alert \(status.alert) \(ReadingText.badge(status.priority)) raised: \(status.text)"
            case .delivered: "alert \(status.alert) delivered to a reader"
            case .seen: "alert \(status.alert) seen\(by)"
            case .acknowledged where status.report == .preliminary:
                "alert \(status.alert) preliminary report\(by): \(status.text)"
            case .acknowledged: "alert \(status.alert) acknowledged\(by)"
            case .reported: "alert \(status.alert) \(Self.report(status))\(by)\(Self.signature(status)): \(status.text)"
            case .dismissed: "alert \(status.alert) dismissed\(by): \(status.text)"
            }
        var fields: [String: Field] = [
            "alert": .number(Int(status.alert.rawValue)), "code": .text(status.code),
            "priority": .text(status.priority.rawValue), "state": .text(status.state.rawValue),
            "text": .text(status.text),
        ]
        fields["report"] = status.report.map { .text($0.rawValue) }
        fields["reason"] = status.reason.map { .text($0) }
        print("alert", status.recording, text, fields)
    }

    private static func report(_ status: AlertStatus) -> String {
        guard status.report == .amended else { return "report" }
        return "amended report" + (status.reason.map { " (\($0))" } ?? "")
    }

    private static func signature(_ status: AlertStatus) -> String {
        status.signedBy.map { ", signed by \($0)" } ?? ""
    }

    private mutating func note(_ samples: Int, of recording: RecordingID) {
        stored[recording] = samples
        progress.advance(to: stored.values.reduce(0, +))
    }

    // MARK: Lines

    private enum Field: Encodable {
        case number(Int)
        case text(String)

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .number(let number): try container.encode(number)
            case .text(let text): try container.encode(text)
            }
        }
    }

    private mutating func print(
        _ event: String, _ recording: RecordingID, _ text: String, _ fields: [String: Field]
    ) {
        progress.finish()
        let name = subjects[recording]?.name ?? "\(recording)"
        guard json else {
            Terminal.printIfRead("\(name): \(text)")
            return
        }
        var fields = fields
        fields["event"] = .text(event)
        fields["record"] = .text(name)
        fields["recording"] = .text("\(recording)")
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            Terminal.printIfRead(String(decoding: try encoder.encode(fields), as: UTF8.self))
        } catch {
            preconditionFailure("numbers and texts can be encoded: \(error)")
        }
    }

    private mutating func say(_ text: String) {
        progress.finish()
        Terminal.say(text)
    }
}
