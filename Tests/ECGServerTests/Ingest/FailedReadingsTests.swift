import ECGModel
import Testing

@testable import ECGServer

@Suite("A recording that cannot be read does not keep the server busy")
struct FailedReadingsTests {
    @Test("it is tried after growing pauses, at once when more has come, and said once")
    func pauses() {
        var failures = FailedReadings()
        let id = RecordingID(seedHigh: 1, seedLow: 1)
        var uptime = Duration.zero
        var attempts: [Duration] = []
        var saidCount = 0
        // A day of looks every five seconds.
        while uptime < .days(1) {
            if failures.mayTry(id, sampleCount: 500, uptime: uptime) {
                attempts.append(uptime)
                if failures.failed(id, sampleCount: 500, by: .recording, uptime: uptime) { saidCount += 1 }
            }
            uptime += .seconds(5)
        }
        #expect(saidCount == 1)
        #expect(attempts.prefix(4) == [.zero, .seconds(10), .seconds(30), .seconds(70)])
        #expect((24...40).contains(attempts.count))
        #expect(failures.mayTry(id, sampleCount: 1000, uptime: uptime))
        let isNew = failures.failed(id, sampleCount: 1000, by: .recording, uptime: uptime)
        #expect(isNew)
        #expect(!failures.mayTry(id, sampleCount: 1000, uptime: uptime + .seconds(5)))
        failures.succeeded(id)
        #expect(failures.mayTry(id, sampleCount: 1000, uptime: uptime + .seconds(5)))
    }

    @Test("after an outage of the store it is read within half a minute, however long that was")
    func outage() {
        var failures = FailedReadings()
        let id = RecordingID(seedHigh: 1, seedLow: 1)
        var uptime = Duration.zero
        var saidCount = 0
        while uptime < .hours(2) {
            if failures.mayTry(id, sampleCount: 500, uptime: uptime),
                failures.failed(id, sampleCount: 500, by: .store, uptime: uptime)
            {
                saidCount += 1
            }
            uptime += .seconds(5)
        }
        #expect(saidCount == 1)
        #expect(failures.mayTry(id, sampleCount: 500, uptime: uptime + .seconds(30)))
    }
}
