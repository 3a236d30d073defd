import ECGModel
import ECGSimulator
import ECGStore
import Testing

/// Random histories of three recordings, held against the simplest model that could be right.
@Suite struct StoreModelTests {
    private struct ModelRecording {
        var end = 0
        var isClosed = false
        var alerts: [String: (priority: AlarmPriority, isOpen: Bool)] = [:]

        mutating func raise(_ proposals: [AlertProposal]) {
            for proposal in proposals {
                if let known = alerts[proposal.code], known.priority >= proposal.priority { continue }
                alerts[proposal.code] = (proposal.priority, true)
            }
        }

        /// Nil stands for any refusal.
        mutating func apply(_ change: IngestChange) -> IngestResult? {
            switch change {
            case .block(_, let block, let proposals):
                if block.endSample > end {
                    if isClosed { return nil }
                    if block.firstSample != end { return .gap(expected: end) }
                    end = block.endSample
                }
                raise(proposals)
            case .close(_, let count, _, _, let proposals):
                if !isClosed, count > end { return .gap(expected: end) }
                if count != end { return nil }
                isClosed = true
                raise(proposals)
            case .reading(_, _, let count, let proposals):
                if count != end { return nil }
                raise(proposals)
            }
            return .stored(upTo: end)
        }
    }

    @Test(arguments: 1...12 as ClosedRange<UInt64>)
    func randomHistoriesFollowTheModel(seed: UInt64) async throws {
        let directory = StoreDirectory()
        var store = try directory.open()
        var random = SeededGenerator(seed: seed)
        var models = Array(repeating: ModelRecording(), count: 3)
        let reading = try TestValues.reading()
        for number in models.indices { _ = try await store.openTestRecording(UInt64(number)) }
        for step in 0..<60 {
            let time = TestValues.start + .seconds(step)
            switch Int.random(in: 0..<10, using: &random) {
            case 0:
                store = try directory.open()
            case 1, 2:
                let alerts = try await store.alerts(AlertQuery())
                guard let alert = alerts.randomElement(using: &random) else { continue }
                let closing = Bool.random(using: &random)
                _ = try await store.advanceAlert(
                    alert.id, by: closing ? .reported(text: "read") : .acknowledged, user: "anna", at: time)
                if closing,
                    let number = models.indices.first(where: { TestValues.recordingID(UInt64($0)) == alert.recording })
                {
                    models[number].alerts[alert.code]?.isOpen = false
                }
            default:
                var expected: [IngestResult?] = []
                var changes: [IngestChange] = []
                for _ in 0..<Int.random(in: 1...6, using: &random) {
                    let number = Int.random(in: models.indices, using: &random)
                    let change = Self.change(number, models[number].end, reading, using: &random)
                    expected.append(models[number].apply(change))
                    changes.append(change)
                }
                for (result, expected) in zip(try await store.commit(changes, at: time), expected) {
                    if let expected {
                        #expect(result == expected)
                    } else if case .refused = result {
                    } else {
                        Issue.record("\(result) where the model refuses")
                    }
                }
            }
            try await compare(store, with: models)
        }
    }

    private static func change(
        _ number: Int, _ end: Int, _ reading: MachineReading, using random: inout SeededGenerator
    ) -> IngestChange {
        let id = TestValues.recordingID(UInt64(number))
        let proposals = (0..<Int.random(in: 0...1, using: &random)).map { _ in
            TestValues.proposal(
                ["a", "b"].randomElement(using: &random) ?? "a",
                AlarmPriority.allCases.randomElement(using: &random) ?? .low)
        }
        switch Int.random(in: 0..<40, using: &random) {
        case 0: return .close(id, sampleCount: end, reading: reading, raising: proposals)
        case 1: return .close(id, sampleCount: end + 1, reading: reading, raising: proposals)
        case 2: return .reading(id, reading, sampleCount: end, raising: proposals)
        case 3: return .reading(id, reading, sampleCount: max(0, end - 10), raising: proposals)
        default:
            // Blocks of ten: mostly the next one, else one before, one beyond, or one that overlaps.
            let first = max(0, end + ([0, 0, 0, 0, -10, -20, 10, -5].randomElement(using: &random) ?? 0))
            return .block(id, TestValues.block(first..<first + 10), raising: proposals)
        }
    }

    private func compare(_ store: SQLiteStore, with models: [ModelRecording]) async throws {
        for (number, model) in models.enumerated() {
            let id = TestValues.recordingID(UInt64(number))
            let recording = try await store.recording(id)
            #expect(recording?.sampleCount == model.end)
            #expect(recording?.status == (model.isClosed ? .closed : .open))
            let blocks = try await store.blocks(of: id, from: 0, limit: 1000)
            #expect(blocks.reduce(0) { $0 == $1.firstSample ? $1.endSample : -1 } == model.end)
            let alerts = try await store.alerts(AlertQuery(states: Set(AlertState.allCases), recording: id))
            #expect(alerts.count == model.alerts.count)
            for alert in alerts {
                #expect(alert.priority == model.alerts[alert.code]?.priority)
                #expect(alert.state.isOpen == model.alerts[alert.code]?.isOpen)
                let kinds = try await store.alertEvents(of: alert.id).map(\.kind)
                #expect(kinds.first == .raised && kinds.filter { $0 == .raised }.count == 1)
            }
        }
    }
}
