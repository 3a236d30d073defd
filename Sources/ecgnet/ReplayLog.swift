import ECGDevice
import ECGModel
import ECGServer
import ECGWire
import Foundation
import Synchronization

/// Prints what happens to a replay: a line an event for people, an object an event for programs, and a progress bar.
final class ReplayLog: Sendable {
    private let plan: UploadPlan
    private let json: Bool
    private let state: Mutex<State>

    private struct State {
        var progress: ProgressBar
        var stored: [RecordingID: Int] = [:]
        var lostAt: Timestamp?
    }

    init(plan: UploadPlan, json: Bool) {
        self.plan = plan
        self.json = json
        state = Mutex(State(progress: ProgressBar("uploading", total: plan.totalSamples, unit: "samples stored")))
    }

    func take(_ report: DeviceReport) {
        state.withLock { state in
            switch report {
            case .connected:
                if let lostAt = state.lostAt { say("connected again, after \(WallClock.now() - lostAt)", &state) }
                state.lostAt = nil
            case .disconnected(let reason, let retryAfter):
                if state.lostAt == nil { state.lostAt = WallClock.now() }
                say(
                    "not connected since \(state.lostAt?.description ?? ""): \(reason); trying again in \(retryAfter)",
                    &state)
            case .event(let event): take(event, &state)
            }
        }
    }

    func finish() {
        state.withLock { $0.progress.finish() }
    }

    private func take(_ event: DeviceEvent, _ state: inout State) {
        switch event {
        case .ready, .pong: break
        case .opened(_, let recording, let stored, let isClosed):
            note(stored, of: recording, &state)
            let text =
                isClosed ? "stored completely before" : stored > 0 ? "resumed after \(stored) stored samples" : "opened"
            print("opened", recording, text, ["samples": .number(stored)], &state)
        case .stored(_, let recording, let upTo):
            note(upTo, of: recording, &state)
            let total = plan.sampleCount(of: recording) ?? upTo
            print("stored", recording, "stored \(upTo) of \(total) samples", ["samples": .number(upTo)], &state)
        case .closed(_, let recording, let total):
            print("complete", recording, "complete", ["samples": .number(total)], &state)
        case .reading(let reading):
            let lines = reading.lines + [reading.qualityAdvice, reading.disclaimer].compactMap { $0 }
            print(
                "reading", reading.recording, "machine reading: " + lines.joined(separator: " "),
                ["text": .text(lines.joined(separator: " "))], &state)
        case .alert(let status): takeAlert(status, &state)
        case .notice(let notice):
            say(notice.text, &state)
        case .refused(_, let recording, let error):
            let name = recording.flatMap(plan.name(of:)) ?? "a recording"
            say("\(name): \(error.code.sentence) (\(error.detail))", &state)
        }
    }

    private func takeAlert(_ status: AlertStatus, _ state: inout State) {
        let by = status.by.map { " by \($0)" } ?? ""
        let text =
            switch status.state {
            case .raised: "alert \(status.alert) \(ReadingText.badge(status.priority)) raised: \(status.text)"
            case .delivered: "alert \(status.alert) delivered to a reader"
            case .seen: "alert \(status.alert) seen\(by)"
            case .acknowledged: "alert \(status.alert) acknowledged\(by)"
            case .reported: "alert \(status.alert) report\(by): \(status.text)"
            case .dismissed: "alert \(status.alert) dismissed\(by): \(status.text)"
            }
        print(
            "alert", status.recording, text,
            [
                "alert": .number(Int(status.alert.rawValue)), "code": .text(status.code),
                "priority": .text(status.priority.rawValue), "state": .text(status.state.rawValue),
                "text": .text(status.text),
            ], &state)
    }

    private func note(_ stored: Int, of recording: RecordingID, _ state: inout State) {
        state.stored[recording] = stored
        state.progress.advance(to: state.stored.values.reduce(0, +))
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

    private func print(
        _ event: String, _ recording: RecordingID, _ text: String, _ fields: [String: Field], _ state: inout State
    ) {
        state.progress.finish()
        let name = plan.name(of: recording) ?? "\(recording)"
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

    private func say(_ text: String, _ state: inout State) {
        state.progress.finish()
        Terminal.say(text)
    }
}
