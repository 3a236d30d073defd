import ECGModel
import Testing

@testable import ecgnet

@Suite("Alarms that a load should not have heard")
struct SurplusAlertsTests {
    private static let infarct = RecordingID(seedHigh: 1, seedLow: 1)
    private static let healthy = RecordingID(seedHigh: 2, seedLow: 2)
    private static let syndrome = "acute-coronary-syndrome"

    private func arrival(
        _ kind: AlertEvent.Kind, _ priority: AlarmPriority, of recording: RecordingID = Self.infarct,
        code: String = Self.syndrome
    ) -> QueueReader.Arrival {
        QueueReader.Arrival(
            sequence: 1, happenedAt: Timestamp(microsecondsSince1970: 0), recording: recording, code: code,
            priority: priority, kind: kind, at: .now)
    }

    private func surplus(_ arrivals: QueueReader.Arrival...) -> SurplusAlerts {
        SurplusAlerts(in: arrivals) { recording in
            let infarct: Set<SurplusAlerts.Alarm> = [
                .init(code: Self.syndrome, priority: .medium), .init(code: Self.syndrome, priority: .high),
                .init(code: "unreadable", priority: .low),
            ]
            return recording == Self.infarct ? infarct : []
        }
    }

    @Test("an alert that worsens, and another of the same recording, are none too many")
    func none() {
        let found = surplus(
            arrival(.raised, .medium), arrival(.delivered, .medium), arrival(.worsened, .high),
            arrival(.escalated, .high), arrival(.raised, .low, code: "unreadable"))
        #expect(found.doubled == 0 && found.unfounded == 0)
    }

    @Test("one that sounds again is doubled, however it comes")
    func doubled() {
        #expect(surplus(arrival(.raised, .high), arrival(.raised, .high)).doubled == 1)
        #expect(surplus(arrival(.raised, .medium), arrival(.worsened, .high), arrival(.worsened, .high)).doubled == 1)
        #expect(surplus(arrival(.raised, .high), arrival(.reopened, .high)).doubled == 1)
    }

    @Test("one that its recording's samples do not raise is unfounded")
    func unfounded() {
        let found = surplus(
            arrival(.raised, .high), arrival(.raised, .high, of: Self.healthy),
            arrival(.raised, .high, code: "asystole"))
        #expect(found.doubled == 0 && found.unfounded == 2)
    }

    @Test("what an infarct's samples raise is known beforehand, and a healthy patient's raise nothing high")
    func analysis() throws {
        let infarct = LoadPatient(number: 0, seed: 1, isInfarct: true, seconds: 20)
        let block = try #require(infarct.decidingBlock)
        let high = SurplusAlerts.Alarm(code: Self.syndrome, priority: .high)
        #expect(try infarct.alarms(within: block + 1).contains(high))
        // Its signal begins again after 20 s.
        #expect(try infarct.alarms(within: 45).contains(high))
        let healthy = LoadPatient(number: 0, seed: 1, isInfarct: false, seconds: 20)
        #expect(try !healthy.alarms(within: 20).contains { $0.priority == .high })
    }
}
