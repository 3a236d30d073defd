import ECGModel
import ECGStore
import Testing

extension StoreContract {
    static let ingestChecks: [Check] = [
        Check("opening twice is opening once") { store in
            let id = try await store.openTestRecording()
            _ = try await store.commit([.block(id, TestValues.block(0..<250), raising: [])], at: TestValues.start)
            let again = try await store.openRecording(
                TestValues.header(1), device: TestValues.device, at: TestValues.start + .seconds(9))
            #expect(again.sampleCount == 250)
            #expect(again.openedAt == TestValues.start)
            #expect(again.header == TestValues.header(1))
            #expect(again.clinic == "Village clinic")
            #expect(again.status == .open && again.hasWaveform && !again.hasReading)
            #expect(try await store.recordings(RecordingQuery()).count == 1)
        },
        Check("a recording has one device, one acquisition, and a registered device") { store in
            let id = try await store.openTestRecording()
            try await store.addDevice(TestValues.device(TestValues.otherDevice))
            await #expect(throws: StoreError.recordingOfAnotherDevice(id)) {
                _ = try await store.openRecording(
                    TestValues.header(1), device: TestValues.otherDevice, at: TestValues.start)
            }
            await #expect(throws: StoreError.headerMismatch(id)) {
                _ = try await store.openRecording(
                    TestValues.header(1, samplingRate: 250), device: TestValues.device, at: TestValues.start)
            }
            await #expect(throws: StoreError.unknownDevice("nobody")) {
                _ = try await store.openRecording(TestValues.header(2), device: "nobody", at: TestValues.start)
            }
            try await store.revokeDevice(TestValues.device, at: TestValues.start)
            await #expect(throws: StoreError.unknownDevice(TestValues.device)) {
                _ = try await store.openRecording(TestValues.header(1), device: TestValues.device, at: TestValues.start)
            }
        },
        Check("what is typed in later completes a patient; somebody else's recording is another one") { store in
            try await store.addDevice(TestValues.device())
            var header = TestValues.header(1)
            func open(_ patient: Patient) async throws -> Patient {
                header.patient = patient
                return try await store.openRecording(header, device: TestValues.device, at: TestValues.start).header
                    .patient
            }
            #expect(try await open(Patient()) == Patient())
            var known = Patient(sex: .female, ageYears: 61, chiefComplaint: "chest pain")
            #expect(try await open(known) == known)
            #expect(try await open(Patient()) == known, "what is not said again is known still")
            known.reference = "A-1"
            known.chiefComplaint = "chest pain since noon"
            known.firstMedicalContact = TestValues.start
            #expect(try await open(known) == known)
            let stored = try #require(try await store.recording(header.id))
            #expect(stored.header.patient == known)
            let course = try #require(try await courses(store).first)
            #expect(course.reference == "A-1" && course.firstContactAt == TestValues.start)
            let audit = try await store.audit(AuditQuery(subject: "\(header.id)"))
            #expect(audit.map(\.action) == Array(repeating: "recording.patient-completed", count: 2))
            for other in [Patient(reference: "A-2"), Patient(sex: .male), Patient(ageYears: 70)] {
                await #expect(throws: StoreError.headerMismatch(header.id)) { _ = try await open(other) }
            }
            header.patient = known
            header.deviceTime = try #require(header.deviceTime) + .seconds(3601)
            await #expect(throws: StoreError.headerMismatch(header.id)) {
                _ = try await store.openRecording(header, device: TestValues.device, at: TestValues.start)
            }
            #expect(try await store.recording(header.id) == stored)
        },
        Check("blocks are stored once, in order, without gaps") { store in
            let id = try await store.openTestRecording()
            let first = TestValues.block(0..<100, byte: 1)
            let second = TestValues.block(100..<250, byte: 2)
            let results = try await store.commit(
                [
                    .block(id, first, raising: []), .block(id, TestValues.block(0..<100, byte: 9), raising: []),
                    .block(id, TestValues.block(120..<200), raising: []),
                    .block(id, TestValues.block(50..<150), raising: []), .block(id, second, raising: []),
                    .block(TestValues.recordingID(77), first, raising: []),
                ], at: TestValues.start)
            #expect(
                Array(results.prefix(5)) == [
                    .stored(upTo: 100), .stored(upTo: 100), .gap(expected: 100), .gap(expected: 100),
                    .stored(upTo: 250),
                ])
            guard case .refused = results[5] else { Issue.record("an unknown recording was not refused"); return }
            #expect(try await store.blocks(of: id, from: 0, limit: 10) == [first, second])
            #expect(try await store.recording(id)?.sampleCount == 250)
        },
        Check("blocks are read from the one that holds the sample") { store in
            let id = try await store.openTestRecording()
            let blocks = (0..<5).map { TestValues.block($0 * 10..<$0 * 10 + 10) }
            _ = try await store.commit(blocks.map { .block(id, $0, raising: []) }, at: TestValues.start)
            #expect(try await store.blocks(of: id, from: 19, limit: 2) == Array(blocks[1...2]))
            #expect(try await store.blocks(of: id, from: 20, limit: 9) == Array(blocks[2...]))
            #expect(try await store.blocks(of: id, from: 50, limit: 9).isEmpty)
            await #expect(throws: StoreError.unknownRecording(TestValues.recordingID(5))) {
                _ = try await store.blocks(of: TestValues.recordingID(5), from: 0, limit: 1)
            }
        },
        Check("reading begins where a run of blocks begins") { store in
            let id = try await store.openTestRecording()
            let codecs: [UInt8] = [1, 2, 3, 3, 2, 3]
            let blocks = codecs.enumerated().map { index, codec in
                StoredBlock(firstSample: index * 10, sampleCount: 10, codec: codec, payload: [1])
            }
            #expect(try await store.startOfRun(of: id, at: 0) == nil)
            _ = try await store.commit(blocks.map { .block(id, $0, raising: []) }, at: TestValues.start)
            for (sample, start) in [0: 0, 9: 0, 10: 10, 19: 10, 20: 10, 39: 10, 40: 40, 59: 40] {
                #expect(try await store.startOfRun(of: id, at: sample) == start, "sample \(sample)")
            }
            #expect(try await store.startOfRun(of: id, at: 60) == nil)
            await #expect(throws: StoreError.unknownRecording(TestValues.recordingID(5))) {
                _ = try await store.startOfRun(of: TestValues.recordingID(5), at: 0)
            }
        },
        Check("a block that goes on with a run follows only the block of its own writer") { store in
            let id = try await store.openTestRecording()
            func block(_ first: Int, _ codec: UInt8, by writer: UInt64) -> IngestChange {
                .block(
                    id, StoredBlock(firstSample: first, sampleCount: 10, codec: codec, payload: [1], writer: writer),
                    raising: [TestValues.proposal()])
            }
            #expect(
                try await store.commit([block(0, 2, by: 7), block(10, 3, by: 7)], at: TestValues.start)
                    == [.stored(upTo: 10), .stored(upTo: 20)])
            // Another connection was told of 10 samples, before the first one's last block was stored.
            #expect(
                try await store.commit([block(10, 2, by: 8), block(20, 3, by: 8)], at: TestValues.start)
                    == [.stored(upTo: 20), .brokenRun(expected: 20)])
            #expect(
                try await store.commit([block(20, 2, by: 8), block(30, 3, by: 8)], at: TestValues.start)
                    == [.stored(upTo: 30), .stored(upTo: 40)])
            #expect(try await store.blocks(of: id, from: 0, limit: 9).map(\.codec) == [2, 3, 2, 3])
        },
        Check("blocks no device should send are refused") { store in
            let id = try await store.openTestRecording()
            let hostile = [(-1, 2), (0, 0), (0, -5), (Int.max, 2)].map {
                StoredBlock(firstSample: $0, sampleCount: $1, codec: 1, payload: [])
            }
            for result in try await store.commit(
                hostile.map { .block(id, $0, raising: [TestValues.proposal()]) }, at: TestValues.start)
            {
                guard case .refused = result else { Issue.record("accepted: \(result)"); return }
            }
            #expect(try await store.alerts(AlertQuery()).isEmpty)
        },
        Check("closing needs all samples, and happens once") { store in
            let id = try await store.openTestRecording()
            let reading = try TestValues.reading()
            let block = TestValues.block(0..<100)
            let results = try await store.commit(
                [
                    .close(id, sampleCount: 100, reading: reading, raising: [TestValues.proposal("early")]),
                    .block(id, block, raising: []), .close(id, sampleCount: 100, reading: reading, raising: []),
                ], at: TestValues.start)
            #expect(results == [.gap(expected: 0), .stored(upTo: 100), .stored(upTo: 100)])
            #expect(try await store.alerts(AlertQuery()).isEmpty)
            let again = try await store.commit(
                [
                    .block(id, block, raising: []), .close(id, sampleCount: 100, reading: reading, raising: []),
                    .close(id, sampleCount: 99, reading: reading, raising: []),
                    .block(id, TestValues.block(100..<200), raising: []),
                ], at: TestValues.start + .seconds(5))
            #expect(Array(again.prefix(2)) == [.stored(upTo: 100), .stored(upTo: 100)])
            guard case .refused = again[2], case .refused = again[3] else { Issue.record("closed is closed"); return }
            let closed = try await store.recording(id)
            #expect(closed?.status == .closed && closed?.closedAt == TestValues.start && closed?.sampleCount == 100)
            #expect(try await store.reading(of: id) == reading)
            #expect(try await store.recordingsAwaitingReading().isEmpty)
        },
        Check("an abandoned recording goes on when its device opens it, until nothing more comes") { store in
            let id = try await store.openTestRecording()
            let proposal = TestValues.proposal()
            for (round, range) in [0..<0, 0..<100, 100..<200, 200..<200].enumerated() {
                let now = TestValues.start + .seconds(10 * round)
                #expect(try await store.openTestRecording(at: now) == id)
                let open = try #require(try await store.recording(id))
                #expect(open.status == .open && open.closedAt == nil && open.sampleCount == range.lowerBound)
                #expect(try await store.recordingsAwaitingReading().isEmpty)
                #expect(try await store.recordingsSilent(since: now).isEmpty, "its silence begins anew")
                let block = IngestChange.block(id, TestValues.block(range), raising: [proposal])
                let blocks = range.isEmpty ? [] : [block]
                let reading = try TestValues.reading("\(round)")
                let abandon = IngestChange.close(
                    id, sampleCount: range.upperBound, isAbandoned: true, reading: reading,
                    raising: round == 0 ? [] : [proposal])
                for changes in [blocks + [abandon], [abandon]] {
                    let results = try await store.commit(changes, at: now)
                    #expect(results == changes.map { _ in .stored(upTo: range.upperBound) })
                }
                let closed = try #require(try await store.recording(id))
                #expect(closed.status == .closed && closed.closedAt == now && closed.sampleCount == range.upperBound)
                #expect(try await store.reading(of: id)?.note == "\(round)")
                #expect(try await store.alerts(AlertQuery()).count == min(round, 1))
                let late = TestValues.block(range.upperBound..<range.upperBound + 10)
                guard case .refused? = try await store.commit([.block(id, late, raising: [])], at: now).first else {
                    Issue.record("closed until its device opens it")
                    return
                }
            }
            _ = try await store.openTestRecording(at: TestValues.start + .seconds(100))
            #expect(try await store.recording(id)?.status == .closed)
            #expect(
                try await store.blocks(of: id, from: 0, limit: 9)
                    == [TestValues.block(0..<100), TestValues.block(100..<200)])
            #expect(
                try await store.audit(AuditQuery(subject: "\(id)")).map(\.action)
                    == Array(repeating: "recording.resumed", count: 3))
        },
        Check("what its device closed stays closed, though abandoned before, as does what was dropped") { store in
            let reading = try TestValues.reading()
            for number in 1...2 as ClosedRange<UInt64> {
                let id = try await store.openTestRecording(number)
                _ = try await store.commit(
                    [
                        .block(id, TestValues.block(0..<100), raising: []),
                        .close(id, sampleCount: 100, isAbandoned: true, reading: reading, raising: []),
                    ], at: TestValues.start)
            }
            let id = try await store.openTestRecording(1)
            _ = try await store.commit(
                [
                    // What was to be closed, and had gone on meanwhile.
                    .close(id, sampleCount: 90, isAbandoned: true, reading: reading, raising: []),
                    .block(id, TestValues.block(100..<200), raising: []),
                    .close(id, sampleCount: 200, reading: reading, raising: []),
                ], at: TestValues.start)
            _ = try await store.openTestRecording(1)
            #expect(try await store.recording(id)?.status == .closed)
            #expect(try await store.dropWaveforms(of: [TestValues.start.day]) == [TestValues.start.day])
            let dropped = try await store.openTestRecording(2)
            #expect(try await store.recording(dropped)?.status == .closed)
        },
        Check("a later analysis replaces the reading and leaves the recording as it is") { store in
            let id = try await store.openTestRecording()
            let results = try await store.commit(
                [
                    .block(id, TestValues.block(0..<10), raising: []),
                    .reading(
                        id, try TestValues.reading("silent"), sampleCount: 10,
                        raising: [TestValues.proposal("late", .low)]),
                ], at: TestValues.start)
            #expect(results == [.stored(upTo: 10), .stored(upTo: 10)])
            #expect(try await store.recording(id)?.readingSampleCount == 10)
            #expect(try await store.recording(id)?.status == .open)
            #expect(try await store.recording(id)?.hasReading == true)
            #expect(try await store.reading(of: id)?.note == "silent")
            #expect(try await store.alerts(AlertQuery()).map(\.code) == ["late"])
        },
        Check("a reading that was overtaken is not kept") { store in
            let id = try await store.openTestRecording()
            func isRefused(_ change: IngestChange) async throws -> Bool {
                guard case .refused? = try await store.commit([change], at: TestValues.start).first else {
                    return false
                }
                return true
            }
            _ = try await store.commit(
                [
                    .block(id, TestValues.block(0..<10), raising: []),
                    .block(id, TestValues.block(10..<20), raising: []),
                ],
                at: TestValues.start)
            let early = IngestChange.reading(
                id, try TestValues.reading("early"), sampleCount: 10, raising: [TestValues.proposal()])
            #expect(try await isRefused(early))
            #expect(try await store.recording(id)?.hasReading == false)
            _ = try await store.commit(
                [.close(id, sampleCount: 20, reading: try TestValues.reading("whole"), raising: [])],
                at: TestValues.start)
            #expect(try await isRefused(early))
            #expect(try await store.reading(of: id)?.note == "whole")
            #expect(try await store.recording(id)?.readingSampleCount == 20)
            #expect(try await store.alerts(AlertQuery()).isEmpty)
        },
        Check("recordings are listed newest first, filtered and paged") { store in
            for number in 1...4 as ClosedRange<UInt64> {
                _ = try await store.openTestRecording(number, at: TestValues.start + .seconds(Int64(number)))
            }
            let closed = TestValues.recordingID(2)
            _ = try await store.commit(
                [.close(closed, sampleCount: 0, reading: try TestValues.reading(), raising: [])], at: TestValues.start)
            func numbers(_ query: RecordingQuery) async throws -> [RecordingID] {
                try await store.recordings(query).map(\.id)
            }
            let all = [4, 3, 2, 1].map { TestValues.recordingID($0) }
            #expect(try await numbers(RecordingQuery()) == all)
            #expect(try await numbers(RecordingQuery(limit: 2)) == Array(all.prefix(2)))
            #expect(try await numbers(RecordingQuery(before: TestValues.start + .seconds(3))) == Array(all.suffix(2)))
            #expect(try await numbers(RecordingQuery(status: .closed)) == [closed])
            #expect(try await numbers(RecordingQuery(device: "nobody")).isEmpty)
        },
        Check("silence counts from the last block") { store in
            let quiet = try await store.openTestRecording(1)
            let talking = try await store.openTestRecording(2)
            _ = try await store.commit(
                [.block(talking, TestValues.block(0..<10), raising: [])], at: TestValues.start + .seconds(60))
            #expect(try await store.recordingsSilent(since: TestValues.start + .seconds(30)) == [quiet])
            #expect(try await store.recordingsSilent(since: TestValues.start).isEmpty)
            #expect(try await store.recordingsSilent(since: TestValues.start + .seconds(61)).count == 2)
        },
        Check("what a clock noted that was ahead, and has been set back since, breaks no silence") { store in
            let opened = try await store.openTestRecording(1)
            let talking = try await store.openTestRecording(2)
            _ = try await store.commit(
                [.block(talking, TestValues.block(0..<10), raising: [])], at: TestValues.start + .seconds(60))
            func silent(from start: Int64, to end: Int64) async throws -> [RecordingID] {
                try await store.recordingsSilent(
                    since: TestValues.start + .seconds(start), until: TestValues.start + .seconds(end))
            }
            #expect(try await silent(from: 30, to: 60) == [opened])
            #expect(try await silent(from: 30, to: 59) == [opened, talking])
            #expect(try await silent(from: -60, to: -1) == [opened, talking])
            #expect(try await silent(from: -60, to: 0).isEmpty)
        },
        Check("retention keeps what somebody has still to answer for") { store in
            let alert = try await store.raiseTestAlert(1, at: "2026-11-18T10:00:00Z")
            _ = try await store.commit(
                [.close(alert.recording, sampleCount: 100, reading: try TestValues.reading(), raising: [])],
                at: TestValues.start)
            let quiet = try await store.openTestRecording(2, at: "2026-11-19T10:00:00Z")
            _ = try await store.commit(
                [.close(quiet, sampleCount: 0, reading: try TestValues.reading(), raising: [])], at: TestValues.start)
            let names = ["2026-11-18", "2026-11-19"]
            func awaited() async throws -> [String] {
                try await store.waveformDays(at: TestValues.start).filter(\.isAwaited).map(\.name)
            }
            #expect(try await awaited() == ["2026-11-18"])
            #expect(try await store.dropWaveforms(of: names) == ["2026-11-19"])
            #expect(try await store.blocks(of: alert.recording, from: 0, limit: 1).count == 1)
            // Nor once it is closed, as long as the clinic has not been told.
            _ = try await store.openCriticalValue(of: alert.id, text: "STEMI", user: "anna", at: TestValues.start)
            _ = try await store.advanceAlert(alert.id, by: .reported(text: "STEMI"), user: "anna", at: TestValues.start)
            #expect(try await awaited() == ["2026-11-18"])
            #expect(try await store.dropWaveforms(of: names).isEmpty)
            let wang = CriticalValue.Person(name: "Wang")
            for step: CriticalValue.Step.Kind in [
                .notified(wang, told: "STEMI", readBack: "STEMI"), .handled(wang, text: "transferred"),
                .recorded(text: nil),
            ] {
                _ = try await store.advanceCriticalValue(of: alert.id, by: step, user: "anna", at: TestValues.start)
            }
            #expect(try await awaited().isEmpty)
            #expect(try await store.dropWaveforms(of: names) == ["2026-11-18"])
        },
        Check("retention drops whole days, but no recording still open") { store in
            let old = try await store.openTestRecording(1, at: "2026-11-18T10:00:00Z")
            let running = try await store.openTestRecording(2, at: "2026-11-19T23:59:00Z")
            let today = try await store.openTestRecording(3)
            for id in [old, running, today] {
                _ = try await store.commit(
                    [.block(id, TestValues.block(0..<10), raising: [TestValues.proposal()])], at: TestValues.start)
            }
            _ = try await store.commit(
                [.close(old, sampleCount: 10, reading: try TestValues.reading(), raising: [])], at: TestValues.start)
            for alert in try await store.alerts(AlertQuery(recording: old)) {
                _ = try await store.advanceAlert(
                    alert.id, by: .dismissed(reason: "artefact"), user: "a", at: TestValues.start)
            }
            let days = try await store.waveformDays(at: TestValues.start)
            #expect(days.map(\.name) == ["2026-11-18", "2026-11-19", "2026-11-21"])
            #expect(days.map(\.isOpen) == [false, true, true])
            let names = ["2026-11-18", "2026-11-19"]
            #expect(try await store.dropWaveforms(of: names) == ["2026-11-18"])
            #expect(try await store.dropWaveforms(of: names).isEmpty)
            #expect(try await store.waveformDays(at: TestValues.start).map(\.name) == ["2026-11-19", "2026-11-21"])
            await #expect(throws: StoreError.waveformDropped(old)) {
                _ = try await store.blocks(of: old, from: 0, limit: 1)
            }
            let kept = try await store.recording(old)
            #expect(kept?.hasWaveform == false && kept?.sampleCount == 10 && kept?.hasReading == true)
            #expect(try await store.blocks(of: running, from: 0, limit: 1).count == 1)
            #expect(try await store.alerts(AlertQuery(states: Set(AlertState.allCases))).count == 3)
            #expect(
                try await store.commit([.block(old, TestValues.block(0..<10), raising: [])], at: TestValues.start)
                    == [.stored(upTo: 10)])
        },
        Check("a day that the clock named wrongly is known by what was opened before") { store in
            let times: [Timestamp] = [
                "2031-05-05T00:00:00Z", "2026-11-20T00:00:00Z", "2020-01-01T00:00:00Z", "2026-11-21T00:00:00Z",
            ]
            for (number, time) in times.enumerated() {
                _ = try await store.openTestRecording(UInt64(number + 1), at: time)
            }
            let days = try await store.waveformDays(at: TestValues.start)
            #expect(days.map(\.name) == ["2020-01-01", "2026-11-20", "2026-11-21", "2031-05-05"])
            #expect(days.map(\.usedUntil) == ["2026-11-20", "2026-11-20", "2026-11-21", "2031-05-05"])
            let opened = days.sorted { $0.lastOpening < $1.lastOpening }
            #expect(opened.map(\.name) == times.map(\.day))
        },
        Check("a closed store says so") { store in
            try await store.checkHealth()
            try await store.close()
            try await store.close()
            await #expect(throws: StoreError.closed) { try await store.checkHealth() }
            await #expect(throws: StoreError.closed) { _ = try await store.devices() }
        },
    ]
}
