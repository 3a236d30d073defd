import ECGModel
import ECGStore
import ECGTriage
import Testing

@testable import ECGServer

@Suite("What is live goes first")
struct UrgencyTests {
    /// Recorded now, by devices whose clocks are right, slow and fast, and with what the device tells of the time.
    @Test(
        "whatever the device's clock says",
        arguments: [Duration.zero, .seconds(-660), .seconds(660), .days(2500)], [true, false])
    func clocks(offset: Duration, tellsTime: Bool) throws {
        let now = Timestamp(microsecondsSince1970: 1_790_000_000_000_000)
        var header = try Recording.simulated().header
        header.deviceTime = tellsTime ? now + offset : nil
        var recording = StoredRecording(
            header: header, device: "d", clinic: "c", openedAt: now, closedAt: nil, status: .open, sampleCount: 0,
            hasWaveform: true, hasReading: false)
        recording.clockOffset = offset
        let session = IngestSession(
            serial: 1, recording: recording,
            interpreter: RecordingInterpreter(header: header, table: .countyDefault), found: [],
            now: now)
        #expect(session.isUrgent)
    }
}
