import ECGModel
import ECGServer
import ECGStore
import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

/// A day's waveforms that cannot be read any more: the queue goes on with everything that does not need them.
@Suite struct DamagedDayTests {
    /// Puts a file that is no database in the place of the day's.
    private static func damage(_ day: String, of hospital: Hospital) throws {
        let file = hospital.directory.appending(path: "waveforms-\(day).sqlite")
        for suffix in ["-wal", "-shm", ""] {
            let part = URL(filePath: file.path + suffix)
            if FileManager.default.fileExists(atPath: part.path) { try FileManager.default.removeItem(at: part) }
        }
        try Data(repeating: 0x5A, count: 8192).write(to: file)
    }

    @Test("today's goes on in a fresh file: the queue has what comes, and the operator is told")
    func todayGoesOn() async throws {
        let hospital = try Hospital()
        let before = try await hospital.addAlert(1)
        let heart = try await hospital.token("dr.li", .cardiologist)
        try await hospital.open { client async throws in
            let metric = "ecgnet_waveform_days_damaged"
            #expect(try await client.send(.get, "/metrics").text.contains("\n\(metric) 0\n"))
            try Self.damage(hospital.clock.now.day, of: hospital)
            let after = try await hospital.addAlert(2)
            let list: Worklist = try await client.send(.get, "/api/v1/worklist", token: heart).decoded()
            #expect(list.entries.map(\.alert.id) == [before.id, after.id])
            #expect(list.entries.map(\.recording.sampleCount) == [0, 300])
            let samples = "/api/v1/recordings/\(after.recording)/samples?from=0&to=10"
            #expect(try await client.send(.get, samples, token: heart).status == .ok)
            #expect(try await client.send(.get, "/metrics").text.contains("\n\(metric) 1\n"))
            #expect(try await client.send(.get, "/readyz").status == .ok)
        }
    }

    @Test func theQueueGoesOn() async throws {
        let hospital = try Hospital()
        let damaged = try await hospital.addAlert(1)
        let day = hospital.clock.now.day
        hospital.clock.advance(seconds: 2 * 86_400)
        let sound = try await hospital.addAlert(2)
        try Self.damage(day, of: hospital)
        let heart = try await hospital.token("dr.li", .cardiologist)
        try await hospital.open { client async throws in
            let answer = try await client.send(.get, "/api/v1/worklist", token: heart)
            #expect(answer.status == .ok, "\(answer.text)")
            let list: Worklist = try answer.decoded()
            #expect(list.entries.map(\.alert.id) == [damaged.id, sound.id])
            #expect(list.entries[0].recording.patient == Hospital.patient)
            let recordings = try await client.send(.get, "/api/v1/recordings", token: heart)
            #expect(recordings.status == .ok)
            let samples = "/api/v1/recordings/\(damaged.recording)/samples?from=0&to=10"
            #expect(try await client.send(.get, samples, token: heart).status == .serviceUnavailable)
        }
        #expect(try await hospital.store.recording(damaged.recording)?.waveformProblem != nil)
        #expect(try await hospital.store.recording(sound.recording)?.sampleCount == 300)
        // Nothing may be taken for stored, or for the end, of which nobody knows.
        await #expect(throws: StoreError.self) {
            _ = try await hospital.store.openRecording(
                try #require(try await hospital.store.recording(damaged.recording)).header, device: "clinic-1",
                at: hospital.clock.now)
        }
    }
}
