import Foundation
import Testing

/// The bench of ingest is trusted with what a server can take, so it is held to a load whose outcome is known.
@Suite("The load that measures a server")
struct IngestBenchTests {
    private struct Report: Decodable {
        var devices: Int
        var connected: Int
        var drops: Int
        struct Disk: Decodable { var medianMilliseconds: Double }
        var blocksPerSecond: Double
        var disk: Disk?
        var blocksLost: Int
        var blocksUnacknowledged: Int
        var recordings: Int
        var recordingsReadBack: Int
        var blocksUnsent: Int
        var alertsExpected: Int
        var alertsMissing: Int
        var alertsDoubled: Int
        var alertsUnfounded: Int
        var isEncrypted: Bool
    }

    @Test(
        "every device sends a block a second, nothing is lost, every infarct is alerted once", arguments: [false, true])
    func soundLoad(isEncrypted: Bool) async throws {
        // The block that decides an infarct comes within the first half minute of a recording.
        let outcome = try await Program.run(
            ["bench", "ingest", "--devices", "8", "--seconds", "30", "--infarcts-per-thousand", "500", "--json"]
                + (isEncrypted ? ["--tls"] : []))
        #expect(outcome.status == 0, "\(outcome.errors)")
        let report = try JSONDecoder().decode(Report.self, from: Data(outcome.output.utf8))
        #expect(report.devices == 8 && report.connected == 8 && report.drops == 0)
        #expect(report.isEncrypted == isEncrypted)
        #expect(report.blocksPerSecond > 0)
        #expect(try #require(report.disk).medianMilliseconds > 0)
        #expect(report.blocksLost == 0 && report.blocksUnacknowledged == 0 && report.blocksUnsent == 0)
        #expect(report.recordings >= 8 && report.recordingsReadBack == report.recordings)
        #expect(report.alertsExpected == 4 && report.alertsMissing == 0)
        #expect(report.alertsDoubled == 0 && report.alertsUnfounded == 0)
    }
}
