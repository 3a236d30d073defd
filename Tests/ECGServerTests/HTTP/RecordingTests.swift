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
        var openedAt: Timestamp
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

    @Test func pagesLeaveOutNoneOfWhatCameInOneMillisecond() async throws {
        let hospital = try Hospital()
        // Two in the same microsecond, and two others in the same millisecond, which is all that times tell.
        for (number, microseconds) in [(UInt64(1), 100), (2, 300), (3, 0), (4, 500)] {
            hospital.clock.set(by: .microseconds(microseconds))
            try await hospital.addRecording(number, blocks: 1)
        }
        let technician = try await hospital.token("t", .technician)
        let nurse = try await hospital.token("nurse", .clinic)
        try await hospital.open { client async throws in
            func page(_ query: String) async throws -> List {
                try await client.send(.get, "/api/v1/recordings?limit=1\(query)", token: technician).decoded()
            }
            func clinicPage(_ query: String) async throws -> ClinicRecordings {
                try await client.send(.get, "/api/v1/clinic/recordings?limit=1\(query)", token: nurse).decoded()
            }
            let all: List = try await client.send(.get, "/api/v1/recordings", token: technician).decoded()
            let ids = all.recordings.map(\.id)
            #expect(ids.count == 4 && Set(all.recordings.map(\.openedAt)).count == 1)
            var (cursor, found, foundByClinic) = ("", [RecordingID](), [RecordingID]())
            for id in ids {
                found += try await page(cursor).recordings.map(\.id)
                foundByClinic += try await clinicPage(cursor).entries.map(\.recording.id)
                cursor = "&before=\(id)"
            }
            #expect(found == ids && foundByClinic == ids)
            #expect(try await page(cursor).recordings.isEmpty)
            let unknown = RecordingID(seedHigh: 99, seedLow: 99)
            let refused = try await client.send(.get, "/api/v1/recordings?before=\(unknown)", token: technician)
            #expect(refused.status == .notFound)
        }
        // Another clinic's recording is no place to go on from: that it is there is nobody's business.
        try await hospital.access.accounts.add(
            name: "neighbour", role: .clinic, clinic: "Next village", password: Hospital.passphrase,
            at: hospital.clock.now)
        let neighbour = try await hospital.token("neighbour", .clinic)
        let known = RecordingID(seedHigh: 1, seedLow: 1)
        try await hospital.open { client async throws in
            let refused = try await client.send(.get, "/api/v1/clinic/recordings?before=\(known)", token: neighbour)
            #expect(refused.status == .notFound)
        }
    }

    @Test func pagesOfTheAuditLeaveOutNoEntry() async throws {
        struct Page: Decodable {
            var entries: [AuditEntry]
            var next: Int64?
        }
        let hospital = try Hospital()
        let start = hospital.clock.now
        for number in 1...7 {
            try await hospital.store.appendAudit(
                AuditEntry(at: start + .microseconds(number / 2), actor: "li", action: "x", subject: "\(number)"))
        }
        let root = try await hospital.token("root", .administrator)
        try await hospital.open { client async throws in
            for actor in ["", #", "actor": "li""#] {
                var (found, next): ([String], Int64?) = ([], nil)
                repeat {
                    let cursor = next.map { ", \"beforeEntry\": \($0)" } ?? ""
                    let page: Page = try await client.send(
                        .post, "/api/v1/audit/search", token: root,
                        json: #"{"action": "x", "limit": 2\#(actor)\#(cursor)}"#
                    ).decoded()
                    found += page.entries.map(\.subject)
                    next = page.next
                    try #require(found.count <= 7)
                } while next != nil
                #expect(found == ["7", "6", "5", "4", "3", "2", "1"])
            }
            let page: Page = try await client.send(.get, "/api/v1/audit?actor=li&limit=5", token: root).decoded()
            #expect(page.entries.count == 5)
            let rest: Page = try await client.send(
                .get, "/api/v1/audit?actor=li&limit=2&beforeEntry=\(try #require(page.next))", token: root
            ).decoded()
            #expect(rest.entries.map(\.subject) == ["2", "1"])
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
