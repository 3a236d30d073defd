import ECGModel
import ECGStore
import Testing

extension StoreContract {
    static let comparisonChecks: [Check] = [
        Check("a recording is compared with its patient's newest and newest settled one") { store in
            let old = try await store.readTestRecording(1, daysAgo: 40)
            let settled = try await store.readTestRecording(2, daysAgo: 20)
            let recent = try await store.readTestRecording(3, daysAgo: 1)
            let id = try await store.openTestRecording(of: "A", 9)
            let found = try await store.comparison(for: id, settledBefore: TestValues.days(14))
            #expect(found.map(\.recording) == [recent, settled])
            #expect(found.map(\.takenAt) == [TestValues.days(1), TestValues.days(20)])
            #expect(found.first?.reading == (try TestValues.reading("reading 3")))
            #expect(!found.map(\.recording).contains(old))
        },
        Check("one recording that is newest and settled is compared with once") { store in
            let only = try await store.readTestRecording(1, daysAgo: 40)
            let id = try await store.openTestRecording(of: "A", 9)
            #expect(
                try await store.comparison(for: id, settledBefore: TestValues.days(14)).map(\.recording) == [only])
        },
        Check("what a recording is compared with never changes") { store in
            let first = try await store.readTestRecording(1, daysAgo: 2)
            let id = try await store.openTestRecording(of: "A", 9)
            let before = try await store.comparison(for: id, settledBefore: TestValues.days(14))
            #expect(before.map(\.recording) == [first])
            _ = try await store.readTestRecording(2, daysAgo: 1)
            #expect(try await store.comparison(for: id, settledBefore: TestValues.days(14)) == before)
            let fresh = try await store.openTestRecording(of: "A", 10)
            #expect(try await store.comparison(for: fresh, settledBefore: TestValues.days(14)).count == 1)
            #expect(try await store.comparison(for: fresh, settledBefore: TestValues.days(14)) != before)
        },
        Check("nobody is compared with another patient") { store in
            _ = try await store.readTestRecording(1, daysAgo: 2, of: "B")
            _ = try await store.readTestRecording(2, daysAgo: 2, sex: .male)
            _ = try await store.readTestRecording(3, daysAgo: 2, clinic: "Another clinic")
            _ = try await store.readTestRecording(4, daysAgo: 2, of: nil)
            let id = try await store.openTestRecording(of: "A", 9)
            #expect(try await store.comparison(for: id, settledBefore: TestValues.days(14)).isEmpty)
            let unnamed = try await store.openTestRecording(of: nil, 10)
            #expect(try await store.comparison(for: unnamed, settledBefore: TestValues.days(14)).isEmpty)
        },
        Check("nothing is compared with a recording of another age than the time between explains") { store in
            _ = try await store.readTestRecording(1, daysAgo: 2, ageYears: 22)
            let same = try await store.readTestRecording(2, daysAgo: 3, ageYears: 47)
            let id = try await store.openTestRecording(of: "A", 9, ageYears: 48)
            #expect(
                try await store.comparison(for: id, settledBefore: TestValues.days(14)).map(\.recording) == [same])
        },
        Check("nothing is compared with what is open, unusable or taken later") { store in
            _ = try await store.openTestRecording(of: "A", 1, at: TestValues.days(3))
            _ = try await store.readTestRecording(2, daysAgo: 2, verdict: .unusable)
            _ = try await store.readTestRecording(3, daysAgo: 1)
            // Its device had no link for days.
            let id = try await store.openTestRecording(of: "A", 9, takenAt: TestValues.days(5))
            #expect(try await store.comparison(for: id, settledBefore: TestValues.days(14)).isEmpty)
        },
        Check("a recording that was broken off before a beat was averaged hides no earlier one") { store in
            let whole = try await store.readTestRecording(1, daysAgo: 2)
            _ = try await store.readTestRecording(2, daysAgo: 1, hasLevels: false)
            let id = try await store.openTestRecording(of: "A", 9)
            #expect(
                try await store.comparison(for: id, settledBefore: TestValues.days(14)).map(\.recording) == [whole])
        },
        Check("a clock that is wrong by a known offset changes no order") { store in
            let slow = Duration.seconds(-2000 * 86_400)
            let before = try await store.readTestRecording(1, daysAgo: 1)
            let id = try await store.openTestRecording(
                of: "A", 9, takenAt: TestValues.start + slow, clockOffset: slow)
            #expect(try await store.recording(id)?.takenAt == TestValues.start)
            #expect(
                try await store.comparison(for: id, settledBefore: TestValues.days(14)).map(\.recording) == [before])
        },
        Check("a patient's earlier recordings are listed newest first") { store in
            let first = try await store.readTestRecording(1, daysAgo: 3)
            let second = try await store.readTestRecording(2, daysAgo: 2, verdict: .unusable)
            _ = try await store.readTestRecording(3, daysAgo: 2, of: "B")
            _ = try await store.readTestRecording(4, daysAgo: 2, clinic: "Another clinic")
            _ = try await store.openTestRecording(of: "A", 5, at: TestValues.days(1))
            let id = try await store.openTestRecording(of: "A", 9)
            #expect(try await store.earlierRecordings(ofPatientIn: id, limit: 9).map(\.id) == [second, first])
            #expect(try await store.earlierRecordings(ofPatientIn: id, limit: 1).map(\.id) == [second])
            #expect(try await store.earlierRecordings(ofPatientIn: first, limit: 9).isEmpty)
            let unnamed = try await store.openTestRecording(of: nil, 10)
            #expect(try await store.earlierRecordings(ofPatientIn: unnamed, limit: 9).isEmpty)
            await #expect(throws: StoreError.unknownRecording(TestValues.recordingID(77))) {
                _ = try await store.earlierRecordings(ofPatientIn: TestValues.recordingID(77), limit: 9)
            }
        },
        Check("an unknown recording is compared with nothing") { store in
            var unknown = try #require(try await store.recording(try await store.openTestRecording(of: "A", 1)))
            unknown.header.id = TestValues.recordingID(77)
            await #expect(throws: StoreError.unknownRecording(TestValues.recordingID(77))) {
                _ = try await store.comparison(for: unknown, settledBefore: TestValues.start)
            }
        },
    ]
}

extension Store {
    /// As whoever has only the recording's name must ask.
    func comparison(for id: RecordingID, settledBefore settled: Timestamp) async throws -> [EarlierReading] {
        try await comparison(for: try #require(try await recording(id)), settledBefore: settled)
    }
}

extension TestValues {
    /// So many days before the tests' present.
    static func days(_ ago: Int) -> Timestamp { start + .seconds(-86_400 * ago) }
}

extension Store {
    /// A recording of a patient, open since `time`.
    func openTestRecording(
        of reference: String?, _ number: UInt64, at time: Timestamp = TestValues.start, takenAt: Timestamp? = nil,
        clockOffset: Duration? = nil, sex: Patient.Sex? = .female, ageYears: Int? = nil,
        clinic: String = "Village clinic"
    ) async throws -> RecordingID {
        let device = "device of \(clinic)".replacing(" ", with: "-")
        if try await self.device(device) == nil { try await addDevice(TestValues.device(device, clinic: clinic)) }
        var header = TestValues.header(number)
        header.patient = Patient(reference: reference, sex: sex, ageYears: ageYears)
        header.deviceTime = takenAt ?? time
        return try await openRecording(header, device: device, clockOffset: clockOffset, at: time).id
    }

    /// A closed recording with a reading.
    func readTestRecording(
        _ number: UInt64, daysAgo: Int, takenDaysAgo: Int? = nil, of reference: String? = "A",
        sex: Patient.Sex? = nil, ageYears: Int? = nil, clinic: String = "Village clinic",
        verdict: RecordingQuality.Verdict = .good,
        hasLevels: Bool = true
    ) async throws -> RecordingID {
        let time = TestValues.days(daysAgo)
        let id = try await openTestRecording(
            of: reference, number, at: time, takenAt: takenDaysAgo.map(TestValues.days), sex: sex, ageYears: ageYears,
            clinic: clinic)
        var reading = try TestValues.reading("reading \(number)")
        reading.quality.verdict = verdict
        if !hasLevels { reading.leads = [:] }
        let results = try await commit(
            [
                .block(id, TestValues.block(0..<100), raising: []),
                .close(id, sampleCount: 100, reading: reading, raising: []),
            ], at: time)
        #expect(results == [.stored(upTo: 100), .stored(upTo: 100)])
        return id
    }
}
