import ECGModel
import ECGServer
import ECGStore
import ECGTriage
import ECGWire
import Foundation
import NIOCore
import Testing

@testable import ecgnet

@Suite("Copies of a data folder")
struct BackupTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "ecgnet-backup-\(UUID().uuidString)")
    private var data: URL { folder.appending(path: "data") }

    private func backup(to copy: URL) async throws -> Program.Outcome {
        try await Program.run(
            ["deploy/backup", data.path, copy.path], program: "/bin/bash", in: Program.packageRoot)
    }

    /// A copy, and what had been acknowledged before it was begun.
    private struct Copy {
        var folder: URL
        var promises: [RecordingID: StoreCheck.Promise]
    }

    @Test("taken while recordings go on hold every block and alert that was acknowledged, and open like the folder")
    func whileRecordingsGoOn() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let clinics = try await BusyClinics(data: data)
        let isOver = Mutexed(false)
        async let recording: Void = clinics.record(until: isOver)
        var copies: [Copy] = []
        // A copy beside which nothing was recorded, by chance, shows nothing.
        var copiesWhileRecording = 0
        while copiesWhileRecording < 3, !isOver.value {
            let promises = clinics.acknowledged.value
            let copy = Copy(folder: folder.appending(path: "copy-\(copies.count)"), promises: promises)
            let outcome = try await backup(to: copy.folder)
            try #require(outcome.status == 0, "\(outcome.errors)")
            copies.append(copy)
            if !promises.isEmpty, clinics.acknowledged.value != promises { copiesWhileRecording += 1 }
        }
        isOver.value = true
        try await recording
        #expect(copiesWhileRecording == 3)

        let patients = clinics.acknowledged.value.mapValues(\.patient)
        for copy in copies {
            let store = try SQLiteStore(directory: copy.folder.path)
            let recordings = try await store.recordings(RecordingQuery(limit: .max))
            let held = Dictionary(uniqueKeysWithValues: recordings.map { ($0.id, $0.sampleCount) })
            let alerted = Set(try await store.alerts(AlertQuery(limit: .max)).map(\.recording))
            for (id, promise) in copy.promises {
                #expect(held[id, default: 0] >= promise.samples)
                if promise.samples > BusyClinics.alertingSample { #expect(alerted.contains(id)) }
            }
            // All that the copy says it holds, more than was promised too.
            var all: [RecordingID: StoreCheck.Promise] = [:]
            for (id, samples) in held {
                let patient = try #require(patients[id])
                all[id] = StoreCheck.Promise(patient: patient, samples: samples)
            }
            let found = try await StoreCheck(
                promises: all, patients: clinics.patients, mostReadBack: all.count, patience: .seconds(3600)
            ).run(on: store)
            let sound = StoreCheck.Outcome(
                blocksLost: 0, recordings: all.count, recordingsReadBack: all.count, problem: nil)
            #expect(found == sound)
            try await store.close()
            let permissions = try FileManager.default.attributesOfItem(atPath: copy.folder.path)[.posixPermissions]
            #expect(permissions as? Int == 0o700)
        }
    }

    @Test("are whole or not there, take what else the folder holds, and never the place of something else")
    func wholeOrNotThere() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let copy = folder.appending(path: "copy")
        try FileManager.default.createDirectory(at: data, withIntermediateDirectories: true)
        let noData = try await backup(to: copy)
        #expect(noData.status == 1 && noData.errors.contains("is no server's data folder"), "\(noData.errors)")

        try await SQLiteStore(directory: data.path).close()
        try FileManager.default.createDirectory(at: data.appending(path: "tls"), withIntermediateDirectories: true)
        try Data("key".utf8).write(to: data.appending(path: "tls/key.pem"))
        let aside = ["damaged-2026-11-20-1.sqlite", "damaged-2026-11-20-1.sqlite-wal"]
        for name in aside { try Data(name.utf8).write(to: data.appending(path: name)) }
        let damaged = data.appending(path: "waveforms-2026-11-21.sqlite")
        try Data(repeating: 0x5A, count: 8192).write(to: damaged)
        let refused = try await backup(to: copy)
        #expect(refused.status == 1 && refused.errors.contains(damaged.lastPathComponent), "\(refused.errors)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["data"])

        try FileManager.default.removeItem(at: damaged)
        #expect(try await backup(to: copy).status == 0)
        #expect(FileManager.default.fileExists(atPath: copy.appending(path: "numbers-go-on-elsewhere").path))
        #expect(try Data(contentsOf: copy.appending(path: "tls/key.pem")) == Data("key".utf8))
        for name in aside { #expect(try Data(contentsOf: copy.appending(path: name)) == Data(name.utf8)) }
        let again = try await backup(to: copy)
        #expect(again.status == 1 && again.errors.contains("is there already"), "\(again.errors)")
    }
}

/// Clinics that record one patient after the other, half of them as if on the next day, and close each recording.
private final class BusyClinics: Sendable {
    static let alertingSample = 2 * LoadPatient.samplesPerBlock
    private static let blocksOfRecording = 8
    private static let start = Timestamp(microsecondsSince1970: 1_800_000_000_000_000)
    private static let device = "bench-0"

    /// By their numbers. Their signal is shorter than a recording and begins again.
    let patients = (0..<4).map { LoadPatient(number: $0, seed: 1, isInfarct: false, seconds: 4) }
    let acknowledged = Mutexed<[RecordingID: StoreCheck.Promise]>([:])
    private let store: SQLiteStore

    init(data: URL) async throws {
        store = try SQLiteStore(directory: data.path)
        try await store.addDevice(
            Device(
                id: Self.device, publicKey: Array(repeating: 7, count: 32), clinic: "Bench", addedAt: Self.start))
    }

    func record(until isOver: Mutexed<Bool>) async throws {
        defer { isOver.value = true }
        var round: UInt64 = 0
        while !isOver.value, !Task.isCancelled {
            round += 1
            try await recordEachPatient(round)
        }
        try await store.close()
    }

    private func recordEachPatient(_ round: UInt64) async throws {
        for patient in patients {
            _ = try await store.openRecording(
                header(of: patient, round), device: Self.device, clockOffset: nil,
                at: Self.start + .days(patient.number % 2))
        }
        for index in 0..<Self.blocksOfRecording {
            try await commit(try patients.map { try block(index, of: $0, round) })
            acknowledged.value.merge(promises(of: round, blocks: index + 1)) { $1 }
        }
        try await commit(
            patients.map { patient in
                var interpreter = RecordingInterpreter(header: patient.header, table: .countyDefault)
                return .close(
                    header(of: patient, round).id,
                    sampleCount: Self.blocksOfRecording * LoadPatient.samplesPerBlock,
                    reading: interpreter.finish().reading, raising: [])
            })
    }

    private struct NotStored: Error { var results: [IngestResult] }

    private func commit(_ changes: [IngestChange]) async throws {
        let results = try await store.commit(changes, at: Self.start)
        for result in results {
            guard case .stored = result else { throw NotStored(results: results) }
        }
    }

    private func header(of patient: LoadPatient, _ round: UInt64) -> RecordingHeader {
        var header = patient.header
        header.id = RecordingID(seedHigh: round, seedLow: UInt64(patient.number))
        return header
    }

    private func block(_ index: Int, of patient: LoadPatient, _ round: UInt64) throws -> IngestChange {
        var data = patient.blocks[index % patient.blocks.count]
        let header = try BlockHeader.read(from: &data)
        let stored = StoredBlock(
            firstSample: index * LoadPatient.samplesPerBlock, sampleCount: header.sampleCount, codec: header.codec,
            payload: Array(data.readableBytesView), writer: 1)
        let rule = RuleReference(rule: "test", tableVersion: "test 1", source: "test", isVerified: false)
        let alert = AlertProposal(
            finding: Finding(code: "test", text: "An alert of a test", rule: rule), priority: .high,
            atSample: stored.endSample)
        let isAlerting = stored.firstSample == Self.alertingSample
        return .block(self.header(of: patient, round).id, stored, raising: isAlerting ? [alert] : [])
    }

    private func promises(of round: UInt64, blocks: Int) -> [RecordingID: StoreCheck.Promise] {
        patients.reduce(into: [:]) { promises, patient in
            promises[header(of: patient, round).id] = StoreCheck.Promise(
                patient: patient.number, samples: blocks * LoadPatient.samplesPerBlock)
        }
    }
}
