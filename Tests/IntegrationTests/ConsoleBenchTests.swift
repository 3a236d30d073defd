import Foundation
import Testing

/// The bench of the console is trusted with how soon readers see an alert, so it is held to a load whose outcome is known.
@Suite("The crowd that measures how soon alerts are seen")
struct ConsoleBenchTests {
    private struct Report: Decodable {
        struct Latencies: Decodable { var count: Int }
        var readers: Int
        var devices: Int
        var alertsPerSecond: Double
        var raiseToScreenMilliseconds: Latencies?
        var eventsMissing: Int
        var eventsDoubled: Int
        var blocksLost: Int
        var alertsMissing: Int
        var alertsDoubled: Int
    }

    @Test("every reader has every event once, and every alert is measured on every screen")
    func everyScreen() async throws {
        // However loaded the machine, no event is too late for this test.
        let outcome = try await Program.run([
            "bench", "console", "--readers", "3", "--devices", "25", "--alerts-per-second", "1", "--seconds", "30",
            "--limit", "600000", "--json",
        ])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let report = try JSONDecoder().decode(Report.self, from: Data(outcome.output.utf8))
        #expect(report.readers == 3 && report.devices == 25)
        let raised = Int((report.alertsPerSecond * 30).rounded())
        #expect(raised > 10)
        let seen = try #require(report.raiseToScreenMilliseconds).count
        #expect(seen >= 3 * raised * 9 / 10, "\(seen) sights of some \(raised) alerts")
        #expect(report.eventsMissing == 0 && report.eventsDoubled == 0)
        #expect(report.blocksLost == 0 && report.alertsMissing == 0 && report.alertsDoubled == 0)
    }
}
