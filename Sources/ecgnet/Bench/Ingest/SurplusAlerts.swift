import ECGModel

/// Alarms that reached a reader's screen and should not have.
///
/// Nobody answers alerts during a load, so that each sounds once with each priority that it comes to, and the analysis is a
/// function of the samples, so that nothing else may sound than what it makes of the patient's own.
struct SurplusAlerts: Equatable {
    struct Alarm: Hashable {
        var code: String
        var priority: AlarmPriority
    }

    /// Alarms that had sounded before.
    var doubled = 0
    /// Alarms that the recording's samples do not raise: they are another patient's.
    var unfounded = 0

    /// - Parameter founded: what the analysis raises of a recording. Asked only of those of which something has sounded.
    init(in arrivals: [QueueReader.Arrival], founded: (RecordingID) throws -> Set<Alarm>) rethrows {
        var sounded: [RecordingID: [Alarm: Int]] = [:]
        for arrival in arrivals where arrival.soundsAlarm {
            let alarm = Alarm(code: arrival.code, priority: arrival.priority)
            sounded[arrival.recording, default: [:]][alarm, default: 0] += 1
        }
        for (recording, alarms) in sounded {
            let raised = try founded(recording)
            for (alarm, count) in alarms {
                doubled += count - 1
                if !raised.contains(alarm) { unfounded += 1 }
            }
        }
    }
}

extension QueueReader.Arrival {
    /// Whether it sounds an alarm, and not only tells what was done about one.
    fileprivate var soundsAlarm: Bool {
        switch kind {
        case .raised, .worsened, .reopened, .raisedAgain: true
        case .delivered, .seen, .leased, .acknowledged, .preliminary, .reported, .dismissed, .escalated, .told,
            .undelivered, .submitted, .amended, .withdrawn, .undone, .criticalValue:
            false
        }
    }
}
