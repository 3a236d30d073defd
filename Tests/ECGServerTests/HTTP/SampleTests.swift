import ECGModel
import ECGServer
import ECGStore
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Testing

/// What the console draws an ECG from.
@Suite struct SampleTests {
    /// An answer of the samples' route, read as a script reads it.
    struct Window {
        var firstSample: Int
        var available: Int
        /// Lead after lead; nil where the sample is missing.
        var leads: [[Int32?]]

        init(_ body: ByteBuffer) throws {
            var bytes = body
            func number<T: FixedWidthInteger>(_ type: T.Type) throws -> Int {
                let value = bytes.readInteger(endianness: .little, as: T.self)
                return Int(try #require(value))
            }
            firstSample = try number(UInt32.self)
            let count = try number(UInt32.self)
            available = try number(UInt32.self)
            let leadCount = try number(UInt16.self)
            let size = try number(UInt16.self)
            #expect(bytes.readableBytes == leadCount * count * size)
            leads = try (0..<leadCount).map { _ in
                try (0..<count).map { _ in
                    let value = size == 2 ? try number(Int16.self) : try number(Int32.self)
                    return value == (size == 2 ? Int(Int16.min) : Int(Int32.min)) ? nil : Int32(value)
                }
            }
        }
    }

    @Test func samplesAreTheCountsThatWereCommitted() async throws {
        let hospital = try Hospital()
        let recording = try await hospital.addRecording(1)
        let token = try await hospital.token("t", .technician)
        try await hospital.open { client async throws in
            let path = "/api/v1/recordings/\(recording.header.id)/samples"
            for (query, range) in [
                ("from=0&to=300", 0..<300), ("from=50&to=250", 50..<250), ("from=290&to=999", 290..<300),
                ("from=999&to=1000", 300..<300),
            ] {
                let answer = try await client.send(.get, "\(path)?\(query)", token: token)
                #expect(answer.headers[.contentType] == "application/octet-stream")
                let window = try Window(answer.body)
                #expect(window.firstSample == range.lowerBound && window.available == 300)
                for channel in 0..<2 {
                    let expected = range.map { sample -> Int32? in
                        let count = recording.samples[sample, channel]
                        return count == Samples.missing ? nil : count
                    }
                    #expect(window.leads[channel] == expected)
                }
            }
        }
        let entries = try await hospital.store.audit(AuditQuery(actor: "t"))
        #expect(entries.count { $0.action == "recording.samples" } == 1, "one look within an hour")
        #expect(entries.allSatisfy { $0.subject != Hospital.patient.reference })
    }

    @Test func oneAnswerIsBounded() async throws {
        let hospital = try Hospital()
        let recording = try await hospital.addRecording(1)
        let token = try await hospital.token("t", .technician)
        try await hospital.open { client async throws in
            let path = "/api/v1/recordings/\(recording.header.id)/samples"
            let most = HTTPLimits.sampleCounts / 2
            #expect(try await client.send(.get, "\(path)?from=0&to=\(most)", token: token).status == .ok)
            for query in [
                "", "?from=0", "?to=5", "?from=5&to=5", "?from=-1&to=5", "?from=6&to=5", "?from=0&to=\(most + 1)",
                "?from=0&to=99999999999999999999", "?from=a&to=b",
            ] {
                let answer = try await client.send(.get, path + query, token: token)
                #expect(answer.status == .badRequest, "\(query)")
            }
            let unknown = RecordingID(seedHigh: 9, seedLow: 9)
            let nowhere = try await client.send(
                .get, "/api/v1/recordings/\(unknown)/samples?from=0&to=5", token: token)
            #expect(nowhere.status == .notFound)
        }
    }

    @Test func aStretchThatIsKnownIsNotSentAgain() async throws {
        let hospital = try Hospital()
        let recording = try await hospital.addRecording(1)
        let token = try await hospital.token("t", .technician)
        try await hospital.open { client async throws in
            let path = "/api/v1/recordings/\(recording.header.id)/samples?from=0&to=500"
            let first = try await client.send(.get, path, token: token)
            let tag = try #require(first.headers[.eTag])
            #expect(first.headers[.cacheControl] == "private, no-cache")
            let again = try await client.send(.get, path, token: token, headers: [.ifNoneMatch: tag])
            #expect(again.status == .notModified)
            // Nobody gets so much as that without a session.
            #expect(try await client.send(.get, path, headers: [.ifNoneMatch: tag]).status == .unauthorized)
        }
        #expect(
            try await hospital.store.audit(AuditQuery(actor: "t")).count { $0.action == "recording.samples" } == 1)
    }

    @Test func beatsAreTheAnalysers() async throws {
        let hospital = try Hospital()
        let recording = try Recording.simulated("normal", seed: 3)
        let id = recording.id
        try await hospital.add(recording)
        let token = try await hospital.token("t", .technician)
        try await hospital.open { client async throws in
            let beats: BeatList = try await client.send(
                .get, "/api/v1/recordings/\(id)/beats", token: token
            ).decoded()
            #expect((8...15).contains(beats.beats.count))
            #expect(beats.beats.allSatisfy { $0.rPeak < 5000 && ($0.jPoint ?? $0.rPeak) >= $0.rPeak })
            #expect(beats.analysedSamples == 5000)
            #expect(beats.note == MachineReading.disclaimer)
        }
    }

    /// A page that shows an ECG while it is being taken asks every two seconds.
    @Test func followingAnECGIsOneLookAnHour() async throws {
        let hospital = try Hospital()
        let alert = try await hospital.addAlert(1)
        let token = try await hospital.token("dr.li", .cardiologist)
        let routes = [
            "recordings/\(alert.recording)", "recordings/\(alert.recording)/beats",
            "recordings/\(alert.recording)/samples?from=0&to=300", "alerts/\(alert.id)",
        ]
        try await hospital.open { client async throws in
            for minute in 0..<61 {
                for route in routes {
                    #expect(try await client.send(.get, "/api/v1/\(route)", token: token).status == .ok)
                }
                if minute < 60 { hospital.clock.advance(seconds: 60) }
            }
        }
        let looks = try await hospital.store.audit(AuditQuery(actor: "dr.li", limit: 500)).map(\.action)
        for action in ["recording.read", "recording.beats", "recording.samples", "alert.read"] {
            #expect((1...2).contains(looks.count { $0 == action }), "\(action)")
        }
    }

    @Test func theBeatsOfAnECGThatGrowsAreThoseOfTheWhole() async throws {
        let hospital = try Hospital()
        let recording = try Recording.simulated("normal", seed: 3, seconds: 20)
        let token = try await hospital.token("t", .technician)
        try await hospital.open { client async throws in
            func beats(_ id: RecordingID) async throws -> BeatList {
                try await client.send(.get, "/api/v1/recordings/\(id)/beats", token: token).decoded()
            }
            var whole = Recording(header: recording.header, samples: recording.samples[0..<0])
            for end in [1000, 1100, 4300, 10_000] {
                try await hospital.add(
                    Recording(header: recording.header, samples: recording.samples[0..<end]))
                // The same under another name, which is analysed in one go.
                whole.header.id = RecordingID(seedHigh: 77, seedLow: UInt64(end))
                whole.samples = recording.samples[0..<end]
                try await hospital.add(whole)
                let grown = try await beats(recording.id)
                #expect(grown.analysedSamples == end)
                #expect(grown.beats == (try await beats(whole.id)).beats)
            }
            #expect(try await beats(recording.id).beats.count > 15)
        }
    }

    @Test func earlierRecordingsAreThePatientsOwn() async throws {
        let hospital = try Hospital()
        let token = try await hospital.token("dr.li", .cardiologist)
        let technician = try await hospital.token("t", .technician)
        let old = try Recording.simulated("normal", seed: 3)
        try await hospital.add(old)
        try await hospital.close(old)
        hospital.clock.advance(seconds: 3600)
        let new = try await hospital.addRecording(2)
        try await hospital.open { client async throws in
            let path = "/api/v1/recordings/\(new.header.id)/earlier"
            let list: RecordingList = try await client.send(.get, path, token: token).decoded()
            #expect(list.recordings.map(\.id) == [old.id])
            #expect(list.recordings.first?.township == "Longtan")
            #expect(try await client.send(.get, path, token: technician).status == .forbidden)
        }
    }
}
