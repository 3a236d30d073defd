import ECGModel
import ECGStore
import ECGWire
import Foundation
import NIOCore
import Testing

@testable import ecgnet

@Suite("A store is held to what was acknowledged")
struct StoreCheckTests {
    /// Of every recording; the patients' signal is shorter and begins again.
    private static let blocks = 6
    private static let now = Timestamp(microsecondsSince1970: 1_800_000_000_000_000)

    private let folder = FileManager.default.temporaryDirectory.appending(path: "ecgnet-check-\(UUID().uuidString)")
    private let patients = [0, 1].map { LoadPatient(number: $0, seed: 1, isInfarct: false, seconds: 4) }

    /// Stores a recording of every patient and says what was acknowledged.
    private func fill() async throws -> [RecordingID: StoreCheck.Promise] {
        let store = try SQLiteStore(directory: folder.path)
        let device = Device(
            id: "bench-0", publicKey: Array(repeating: 7, count: 32), clinic: "Bench", addedAt: Self.now)
        try await store.addDevice(device)
        var promises: [RecordingID: StoreCheck.Promise] = [:]
        for patient in patients {
            var header = patient.header
            header.id = RecordingID(seedHigh: 1, seedLow: UInt64(patient.number))
            _ = try await store.openRecording(header, device: device.id, clockOffset: nil, at: Self.now)
            var changes: [IngestChange] = []
            for index in 0..<Self.blocks {
                var data = patient.blocks[index % patient.blocks.count]
                let block = try BlockHeader.read(from: &data)
                let stored = StoredBlock(
                    firstSample: index * LoadPatient.samplesPerBlock, sampleCount: block.sampleCount,
                    codec: block.codec, payload: Array(data.readableBytesView), writer: 1)
                changes.append(.block(header.id, stored, raising: []))
            }
            let samples = Self.blocks * LoadPatient.samplesPerBlock
            let results = try await store.commit(changes, at: Self.now)
            #expect(results.last == .stored(upTo: samples))
            promises[header.id] = StoreCheck.Promise(patient: patient.number, samples: samples)
        }
        try await store.close()
        return promises
    }

    private func outcome(of check: StoreCheck) async throws -> StoreCheck.Outcome {
        let store = try SQLiteStore(directory: folder.path)
        let outcome = try await check.run(on: store)
        try await store.close()
        return outcome
    }

    /// Changes the bytes of the stored blocks.
    private func damage(_ change: (Data) -> Data) throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        let file = folder.appending(path: try #require(names.first { $0.hasSuffix(".blocks") }))
        try change(try Data(contentsOf: file)).write(to: file)
    }

    @Test("what is stored as it was recorded is not lost, and as much is read back as was asked for")
    func sound() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let promises = try await fill()
        let all = try await outcome(of: StoreCheck(promises: promises, patients: patients))
        #expect(all == StoreCheck.Outcome(blocksLost: 0, recordings: 2, recordingsReadBack: 2, problem: nil))
        let some = try await outcome(of: StoreCheck(promises: promises, patients: patients, mostReadBack: 1))
        #expect(some == StoreCheck.Outcome(blocksLost: 0, recordings: 2, recordingsReadBack: 1, problem: nil))
    }

    @Test("blocks that were never written are lost, whatever the database says of them")
    func unwritten() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let promises = try await fill()
        try damage { $0.dropLast() }
        let last = try await outcome(of: StoreCheck(promises: promises, patients: patients))
        #expect(last.blocksLost == 1)
        #expect(last.problem != nil)
        try damage { Data(count: $0.count + 1) }
        let none = try await outcome(of: StoreCheck(promises: promises, patients: patients))
        #expect(none.blocksLost == 2 * Self.blocks)
    }

    @Test("another patient's samples are none of this one's")
    func exchanged() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let promises = try await fill().mapValues {
            StoreCheck.Promise(patient: 1 - $0.patient, samples: $0.samples)
        }
        let found = try await outcome(of: StoreCheck(promises: promises, patients: patients))
        #expect(found.blocksLost == 2 * Self.blocks && found.problem == nil)
    }

    @Test("what is shorter than was acknowledged, or not there at all, is lost")
    func missing() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        var promises = try await fill()
        let known = try #require(promises.keys.first)
        promises[known]?.samples += 2 * LoadPatient.samplesPerBlock
        promises[RecordingID(seedHigh: 9, seedLow: 9)] = StoreCheck.Promise(
            patient: 0, samples: 3 * LoadPatient.samplesPerBlock)
        let found = try await outcome(of: StoreCheck(promises: promises, patients: patients))
        #expect(found.blocksLost == 5)
    }
}
