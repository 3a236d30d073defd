import ECGModel
import ECGStore
import Testing

@testable import ECGServer

@Suite("Waveforms are dropped by the site's retention")
struct RetentionTests {
    private static let day = 86_400

    private func moment(_ text: String) throws -> Timestamp { try #require(Timestamp(text)) }

    /// A site at work whose server boots once with a clock that has lost its battery.
    @Test("what was stored while the clock was years behind stays as long as what was stored before")
    func clockBehind() async throws {
        let site = try IngestSite()
        let known = try await site.addDevice("known")
        let begin = site.clock.now
        var recordings: [RecordingID] = []
        for time in [begin - .days(60), begin, try moment("2020-01-01T00:00:00Z"), begin + .hours(1)] {
            site.clock.set(time)
            let server = try await site.start()
            let recording = try Recording.simulated()
            try await server.connect(known).upload(recording)
            recordings.append(recording.id)
            try await server.stop()
        }
        let expected = [
            20: [false, true, true, true], 31: [false, true, false, true], 32: [false, false, false, false],
        ]
        for (days, expected) in expected.sorted(by: { $0.key < $1.key }) {
            site.clock.set(begin + .days(days))
            let server = try await site.start { $0.retentionDays = 30 }
            try await eventually {
                var kept: [Bool] = []
                for id in recordings { kept.append(try await site.witness.recording(id)?.hasWaveform == true) }
                return kept == expected
            }
            try await server.stop()
        }
    }

    @Test("days of which an alert is open stay, and do not keep others from going")
    func awaited() throws {
        func day(_ number: Int, isAwaited: Bool = false) -> WaveformDayUse {
            let name = "2026-10-0\(number)"
            return WaveformDayUse(name: name, usedUntil: name, lastOpening: Int64(number), isAwaited: isAwaited)
        }
        var plan = RetentionPlan(days: 2)
        let kept = [day(1, isAwaited: true), day(2), day(3), day(4), day(5, isAwaited: true)]
        let now = try moment("2026-10-06T08:00:00Z")
        #expect(plan.due(among: kept, at: now, uptime: .zero) == ["2026-10-02"])
        #expect(plan.awaited(among: kept, at: now) == ["2026-10-01"])
    }

    @Test("a clock that is set while the server runs makes nothing old that was stored since it began")
    func clockSet() throws {
        func day(_ name: String, _ opening: Int64) -> WaveformDayUse {
            WaveformDayUse(name: name, usedUntil: name, lastOpening: opening)
        }
        let old = (1...9).map { day("2026-10-0\($0)", Int64($0)) }
        var plan = RetentionPlan(days: 30)
        var kept = old
        var due = plan.due(among: kept, at: try moment("2020-01-01T08:00:00Z"), uptime: .zero)
        #expect(due.isEmpty)
        kept = [day("2020-01-01", 20)] + old
        due = plan.due(among: kept, at: try moment("2020-01-01T09:00:00Z"), uptime: .hours(1))
        #expect(due.isEmpty)
        for uptime in [2, 48, 29 * 24] {
            let now = try moment("2026-10-09T00:00:00Z")
            due = plan.due(among: kept, at: now + .hours(uptime), uptime: .hours(uptime))
            #expect(due.first != "2020-01-01")
        }
        due = plan.due(among: kept, at: try moment("2026-12-01T00:00:00Z"), uptime: .hours(1) + .days(30))
        #expect(due.first == "2020-01-01")
        // What was in use before the process began is as old as it says.
        var other = RetentionPlan(days: 30)
        due = other.due(among: old, at: try moment("2026-11-01T00:00:00Z"), uptime: .zero)
        #expect(due == ["2026-10-01"])
    }

    /// Recordings of the days 0, 40, 41 and 42, and a server that starts years later.
    @Test("a clock that has jumped ahead costs a day, not the store")
    func clockAhead() async throws {
        let site = try IngestSite()
        let known = try await site.addDevice("known")
        let begin = site.clock.now
        var recordings: [RecordingID] = []
        for day in [0, 40, 41, 42] {
            site.clock.set(begin + .seconds(day * Self.day))
            let server = try await site.start()
            let recording = try Recording.simulated()
            try await server.connect(known).upload(recording)
            recordings.append(recording.id)
            try await server.stop()
        }
        func kept() async throws -> [Bool] {
            var kept: [Bool] = []
            for id in recordings { kept.append(try await site.witness.recording(id)?.hasWaveform == true) }
            return kept
        }
        #expect(try await kept() == [true, true, true, true])
        for (years, expected) in [(0, [false, true, true, true]), (10, [false, false, true, true])] {
            site.clock.set(begin + .seconds((43 + 365 * years) * Self.day))
            let server = try await site.start { $0.retentionDays = 30 }
            try await eventually { try await kept() == expected }
            try await server.connect(known).upload(try Recording.simulated())
            try await server.stop()
            #expect(try await kept() == expected)
        }
        // As many days as the site keeps stay; what lies before them goes at once.
        let server = try await site.start { $0.retentionDays = 1 }
        try await eventually { try await kept() == [false, false, false, false] }
        try await server.stop()
    }
}
