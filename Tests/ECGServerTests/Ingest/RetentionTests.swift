import ECGModel
import ECGServer
import ECGStore
import Testing

@Suite("Waveforms are dropped by the site's retention")
struct RetentionTests {
    private static let day = 86_400

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
