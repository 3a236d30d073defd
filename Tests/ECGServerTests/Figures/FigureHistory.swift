import ECGModel
import ECGServer
import ECGStore
import Foundation

/// A history made by hand in a hospital's store: a line a recording, times in seconds after ``start``.
struct FigureHistory {
    /// Noon of a day in November, in China.
    static let start: Timestamp = Timestamp(microsecondsSince1970: 1_794_283_200_000_000)

    let hospital: Hospital
    private var count: UInt64 = 0

    init(_ hospital: Hospital) { self.hospital = hospital }

    struct Steps {
        var priority = AlarmPriority.high
        var rule = "stemi-anterior"
        var raised: Int
        var seen: Int?
        var acknowledged: Int?
        var reported: Int?
        var dismissed: Int?
        var conclusion: ReportConclusion? = .confirmed
    }

    /// - Parameters:
    ///   - taken: The first sample, by the device's clock.
    ///   - clockOffset: The device's clock minus the server's.
    ///   - closed: When all ten seconds were stored; nil leaves the recording open.
    mutating func record(
        device: String = "device-1", clinic: String = "Village", township: String? = "Longtan",
        opened: Timestamp = FigureHistory.start, taken: Timestamp? = FigureHistory.start,
        contact: Timestamp? = nil, reference: String? = nil,
        clockOffset: Duration? = .zero, closed: Timestamp? = FigureHistory.start + .seconds(12),
        quality: String = "good",
        steps: Steps? = nil
    ) async throws {
        count += 1
        let store = hospital.store
        if try await store.device(device) == nil {
            try await store.addDevice(
                Device(
                    id: device, publicKey: Array(repeating: 7, count: 32), clinic: clinic, township: township,
                    addedAt: Self.start + .seconds(-86_400 * 400)))
        }
        let header = RecordingHeader(
            id: RecordingID(seedHigh: count, seedLow: 99), samplingRate: 100,
            channels: [Channel(lead: .ii, nanovoltsPerCount: 1000)], deviceTime: taken,
            patient: Patient(reference: reference, firstMedicalContact: contact))
        _ = try await store.openRecording(header, device: device, clockOffset: clockOffset, at: opened)
        let block = StoredBlock(firstSample: 0, sampleCount: 1000, codec: 1, payload: [1, 2, 3])
        let proposals = steps.map { [Hospital.proposal($0.rule, $0.priority)] } ?? []
        _ = try await store.commit(
            [.block(header.id, block, raising: proposals)], at: Self.start + .seconds(steps?.raised ?? 0))
        if let closed {
            _ = try await store.commit(
                [.close(header.id, sampleCount: 1000, reading: try Self.reading(quality), raising: [])], at: closed)
        }
        guard let steps, let alert = try await store.alerts(AlertQuery(recording: header.id)).first else { return }
        let taken: [(Int?, AlertStep)] = [
            (steps.seen, .seen), (steps.acknowledged, .acknowledged),
            (steps.reported, .reported(text: "STEMI", conclusion: steps.conclusion)),
            (steps.dismissed, .dismissed(reason: "artefact")),
        ]
        for case (let seconds?, let step) in taken {
            _ = try await store.advanceAlert(alert.id, by: step, user: "li", at: Self.start + .seconds(seconds))
        }
    }

    private static func reading(_ quality: String) throws -> MachineReading {
        let text = """
            {"rhythm": "N", "intervals": {}, "leads": {}, "findings": [], "alerts": [], "note": "",
             "quality": {"verdict": "\(quality)", "leads": {}}}
            """
        return try JSONDecoder().decode(MachineReading.self, from: Data(text.utf8))
    }
}
