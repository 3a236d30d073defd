public import ECGModel
import ECGStore
import Foundation
import Testing

/// Small valid values, told apart by numbers.
enum TestValues {
    static let start: Timestamp = "2026-11-21T08:00:00.000Z"
    static let device = "clinic-7"
    static let otherDevice = "clinic-8"

    static func device(_ id: String = device, clinic: String = "Village clinic") -> Device {
        Device(id: id, publicKey: Array(repeating: 7, count: 32), clinic: clinic, addedAt: start)
    }

    static func recordingID(_ number: UInt64) -> RecordingID { RecordingID(seedHigh: number, seedLow: number) }

    static func header(_ number: UInt64, samplingRate: Hertz = 500) -> RecordingHeader {
        RecordingHeader(
            id: recordingID(number), samplingRate: samplingRate,
            channels: [
                Channel(lead: .ii, nanovoltsPerCount: 2_441.40625), Channel(lead: .v2, nanovoltsPerCount: 1_000),
            ],
            deviceTime: start,
            patient: Patient(reference: "A-\(number)", sex: .female, ageYears: 61, chiefComplaint: "chest pain"))
    }

    static func block(_ range: Range<SampleIndex>, byte: UInt8 = 0x5A) -> StoredBlock {
        StoredBlock(
            firstSample: range.lowerBound, sampleCount: range.count, codec: 1,
            payload: Array(repeating: byte, count: 16 + range.count % 7))
    }

    static func proposal(_ code: String = "stemi-anterior", _ priority: AlarmPriority = .high, at sample: Int = 100)
        -> AlertProposal
    {
        AlertProposal(
            finding: Finding(
                code: code, text: "\(code) at \(priority)", leads: [.v2],
                evidence: [Evidence("ST at J", lead: .v2, Millivolts(0.31), limit: Millivolts(0.2))],
                rule: RuleReference(rule: code, tableVersion: "test 1", source: "test", isVerified: false)),
            priority: priority, atSample: sample)
    }

    /// Blocks of ten samples, each of a length and content of its own; runs begin at every `run`th.
    static func blocks(_ count: Int, run: Int = 1) -> [StoredBlock] {
        (0..<count).map { number in
            StoredBlock(
                firstSample: 10 * number, sampleCount: 10, codec: number.isMultiple(of: run) ? 2 : 3,
                payload: (0..<number % 23 + 1).map { UInt8(truncatingIfNeeded: number &* 31 &+ $0) })
        }
    }

    /// A machine reading with nothing measured in it, told apart by its finding.
    static func reading(_ code: String = "sinus-rhythm") throws -> MachineReading {
        let text = """
            {"rhythm": "N", "intervals": {}, "leads": {"II": {"stJ": 0.02}}, "findings": [], "alerts": [], "note": "\(code)",
             "quality": {"verdict": "\(RecordingQuality.Verdict.good.rawValue)", "leads": {}}}
            """
        return try JSONDecoder().decode(MachineReading.self, from: Data(text.utf8))
    }
}

extension Timestamp: ExpressibleByStringLiteral {
    public init(stringLiteral text: String) {
        guard let time = Timestamp(text) else { preconditionFailure("a test's time is RFC 3339") }
        self = time
    }
}

extension Store {
    /// A registered device with an open recording.
    func openTestRecording(_ number: UInt64 = 1, at time: Timestamp = TestValues.start) async throws -> RecordingID {
        if try await device(TestValues.device) == nil { try await addDevice(TestValues.device()) }
        return try await openRecording(TestValues.header(number), device: TestValues.device, at: time).id
    }

    /// Stores blocks of a recording, each of which is to be taken.
    func commit(_ blocks: [StoredBlock], of id: RecordingID) async throws {
        let results = try await commit(blocks.map { .block(id, $0, raising: []) }, at: TestValues.start)
        #expect(results == blocks.map { .stored(upTo: $0.endSample) })
    }

    /// A recording whose first block raised one alert.
    func raiseTestAlert(
        _ number: UInt64 = 1, _ proposal: AlertProposal = TestValues.proposal(), at time: Timestamp = TestValues.start
    ) async throws -> Alert {
        let id = try await openTestRecording(number, at: time)
        _ = try await commit([.block(id, TestValues.block(0..<100), raising: [proposal])], at: time)
        guard let alert = try await alerts(AlertQuery(recording: id)).first else {
            throw StoreError.unknownRecording(id)
        }
        return alert
    }
}
