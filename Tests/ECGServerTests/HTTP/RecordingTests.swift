import ECGFormats
import ECGModel
import ECGServer
import ECGStore
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Testing

@Suite struct RecordingTests {
    struct Waveform: Decodable {
        struct LeadWaveform: Decodable {
            var lead: Lead
            var millivolts: [Double?]
        }
        var samplingRate: Double
        var firstSample: Int
        var sampleCount: Int
        var availableSamples: Int
        var leads: [LeadWaveform]
    }
    struct Document: Decodable {
        var id: RecordingID
        var sampleCount: Int
        var patient: Patient?
    }
    struct List: Decodable { var recordings: [Document] }

    @Test func theWaveformIsWhatWasCommitted() async throws {
        let hospital = try Hospital()
        let recording = try await hospital.addRecording(1)
        let token = try await hospital.token("t", .technician)
        try await hospital.open { client async throws in
            let path = "/api/v1/recordings/\(recording.header.id)/waveform"
            // Ranges inside a block, over blocks' edges, beyond the end, the whole.
            for (query, range) in [
                ("", 0..<300), ("?from=0&to=1", 0..<1), ("?from=50&to=250", 50..<250), ("?from=100&to=200", 100..<200),
                ("?from=290&to=999", 290..<300), ("?from=999", 300..<300),
            ] {
                let waveform: Waveform = try await client.send(.get, path + query, token: token).decoded()
                #expect(waveform.firstSample == range.lowerBound)
                #expect(waveform.sampleCount == range.count)
                #expect(waveform.availableSamples == 300)
                #expect(waveform.samplingRate == 500)
                for (channel, lead) in waveform.leads.enumerated() {
                    let description = recording.header.channels[channel]
                    #expect(lead.lead == description.lead)
                    #expect(
                        lead.millivolts
                            == range.map { description.millivolts(of: recording.samples[$0, channel])?.value })
                }
            }
            let whole: Waveform = try await client.send(.get, path, token: token).decoded()
            #expect(whole.leads[1].millivolts[5] == nil)
            for query in ["?from=-1", "?from=5&to=4", "?from=x"] {
                #expect(try await client.send(.get, path + query, token: token).status == .badRequest)
            }
        }
        let audited = try await hospital.store.audit(AuditQuery(actor: "t", subject: "\(recording.header.id)"))
        #expect(audited.contains { $0.action == "recording.waveform" })
    }

    @Test func theExportIsTheRecording() async throws {
        let hospital = try Hospital()
        let recording = try await hospital.addRecording(1)
        let token = try await hospital.token("dr.li", .cardiologist)
        let id = recording.header.id
        let archive = try await hospital.open { client async throws in
            let answer = try await client.send(.get, "/api/v1/recordings/\(id)/wfdb", token: token)
            #expect(answer.headers[.contentType] == "application/x-tar")
            return Array(answer.body.readableBytesView)
        }
        let files = try Self.filesOfTar(archive)
        #expect(files.keys.sorted() == ["\(id).dat", "\(id).hea"])
        let read = try WFDBRecord.read(id.description, id: id, from: .memory(files))
        #expect(read.recording.samples == recording.samples)
        #expect(read.recording.header.leads == recording.header.leads)
        #expect(read.recording.header.samplingRate == recording.header.samplingRate)
        #expect(read.mismatchedSignals.isEmpty)
    }

    /// Reads ustar by its specification, checksums included.
    static func filesOfTar(_ archive: [UInt8]) throws -> [String: [UInt8]] {
        func octal(_ field: ArraySlice<UInt8>) throws -> Int {
            try #require(Int(String(decoding: field.prefix { $0 != 0 && $0 != 0x20 }, as: UTF8.self), radix: 8))
        }
        #expect(archive.count.isMultiple(of: 512))
        var files: [String: [UInt8]] = [:]
        var offset = 0
        while archive[offset] != 0 {
            var header = Array(archive[offset..<offset + 512])
            #expect(Array(header[257..<265]) == Array("ustar\u{0}00".utf8))
            let stated = try octal(header[148..<156])
            header.replaceSubrange(148..<156, with: repeatElement(0x20, count: 8))
            #expect(header.reduce(0) { $0 + Int($1) } == stated)
            let name = String(decoding: header[..<100].prefix { $0 != 0 }, as: UTF8.self)
            let size = try octal(header[124..<136])
            files[name] = Array(archive[offset + 512..<offset + 512 + size])
            offset += 512 + (size + 511) / 512 * 512
        }
        #expect(archive[offset...].allSatisfy { $0 == 0 } && archive.count - offset == 1024)
        return files
    }

    @Test func listsAreFilteredAndPaged() async throws {
        let hospital = try Hospital()
        for number in 1...3 as ClosedRange<UInt64> {
            hospital.clock.advance(seconds: 1)
            try await hospital.addRecording(number, blocks: 1)
        }
        let newest = hospital.clock.now
        let token = try await hospital.token("t", .technician)
        try await hospital.open { client async throws in
            let all: List = try await client.send(.get, "/api/v1/recordings", token: token).decoded()
            #expect(all.recordings.count == 3)
            let before: List = try await client.send(
                .get, "/api/v1/recordings?before=\(newest)&limit=1", token: token
            ).decoded()
            #expect(before.recordings.map(\.id) == [all.recordings[1].id])
            let other: List = try await client.send(.get, "/api/v1/recordings?device=x", token: token).decoded()
            #expect(other.recordings.isEmpty)
            let closed: List = try await client.send(.get, "/api/v1/recordings?status=closed", token: token).decoded()
            #expect(closed.recordings.isEmpty)
            #expect(try await client.send(.get, "/api/v1/recordings?status=odd", token: token).status == .badRequest)
        }
    }

    @Test func patientContextIsForThoseWhoTreat() async throws {
        let hospital = try Hospital()
        let recording = try await hospital.addRecording(1)
        let path = "/api/v1/recordings/\(recording.header.id)"
        for (role, sees) in [(User.Role.cardiologist, true), (.administrator, true), (.technician, false)] {
            let token = try await hospital.token(role.rawValue, role)
            try await hospital.open { client async throws in
                let one = try await client.send(.get, path, token: token)
                #expect(try one.decoded(Document.self).patient == (sees ? Hospital.patient : nil))
                #expect(one.headers[.cacheControl] == "no-store")
                let list = try await client.send(.get, "/api/v1/recordings", token: token)
                let export = try await client.send(.get, "\(path)/wfdb", token: token)
                for secret in Hospital.secrets {
                    #expect(!list.text.contains(secret))
                    #expect(!export.text.contains(secret))
                }
            }
            let audited = try await hospital.store.audit(AuditQuery(actor: role.rawValue))
            #expect(audited.contains { $0.action == "recording.read" } == sees)
        }
    }

    /// Devices that are slow, fast, without battery, without a clock, and one whose clock nobody has compared.
    @Test(
        arguments: [
            (Duration.seconds(-2400), Duration.seconds(-2430), Duration.seconds(-30)),
            (.seconds(600), .seconds(600), .zero), (.seconds(600), .seconds(700), .zero),
            (.days(-20_000), .days(-20_000), .zero), (.zero, nil, .zero), (nil, .seconds(-60), .seconds(-60)),
            (.days(-40_000), .days(-40_000), .days(-40_000)),
        ] as [(Duration?, Duration?, Duration)])
    func whenItWasTakenIsToldByTheServersClock(offset: Duration?, deviceTime: Duration?, taken: Duration) async throws {
        let hospital = try Hospital()
        let now = hospital.clock.now
        var simulated = try Recording.simulated().header
        simulated.deviceTime = deviceTime.map { now + $0 }
        let header = simulated
        try await hospital.store.addDevice(
            Device(id: "d", publicKey: Array(repeating: 7, count: 32), clinic: "Village", addedAt: now))
        let opened = try await hospital.store.openRecording(header, device: "d", clockOffset: offset, at: now)
        #expect(opened.takenAt == now + taken)
        let token = try await hospital.token("t", .technician)
        try await hospital.open { client async throws in
            let document: RecordingDocument = try await client.send(
                .get, "/api/v1/recordings/\(header.id)", token: token
            ).decoded()
            #expect(document.takenAt == now + taken)
            #expect(document.clockOffsetSeconds == offset.map { $0 / .seconds(1) })
        }
    }

    @Test func whatIsNotThereIsNotFound() async throws {
        let hospital = try Hospital()
        let recording = try await hospital.addRecording(1)
        let token = try await hospital.token("t", .technician)
        try await hospital.open { client async throws in
            let unknown = RecordingID(seedHigh: 9, seedLow: 9)
            for path in ["\(unknown)", "\(unknown)/waveform", "\(unknown)/wfdb", "x", "\(recording.header.id)/reading"]
            {
                let answer = try await client.send(.get, "/api/v1/recordings/\(path)", token: token)
                #expect(answer.status == .notFound)
                #expect(answer.errorCode == "not-found")
            }
        }
    }
}
