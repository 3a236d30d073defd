import CSyncLog
import ECGDevice
import ECGModel
import ECGWire
import Foundation
import NIOCore
import Testing

@Suite("An outbox keeps what was recorded")
struct OutboxTests {
    @Test func keepsARecordingOverItsOwnEnd() throws {
        let folder = Folder()
        let header = RecordingHeader.small()
        do {
            let outbox = try Outbox(folder: folder.path)
            let writer = try outbox.begin(header)
            try writer.append(.waves(250))
            try writer.append(.waves(75, from: 250))
            try writer.finish()
        }
        let outbox = try Outbox(folder: folder.path)
        let recording = try #require(outbox.recordings.first)
        #expect(outbox.recordings.count == 1)
        #expect(recording.header == header)
        #expect(recording.recordedSamples == 325)
        #expect(recording.isFinished && !recording.isBeingRecorded && !recording.isLive)
        #expect(try outbox.samples(of: header.id) == .waves(325))
        try outbox.remove(header.id)
        #expect(outbox.recordings.isEmpty)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["lock"])
    }

    @Test("a folder outlives a power cut as what is in it does, also one that an ended process had just made")
    func itsFolderIsDurable() throws {
        let folder = Folder()
        let parent = URL(filePath: folder.path).deletingLastPathComponent().path
        for path in [folder.path, folder.path + "/"] {
            ecgnet_forget_syncs()
            let outbox = try Outbox(folder: path)
            #expect(ecgnet_has_synced(parent))
            let header = RecordingHeader.small()
            let writer = try outbox.begin(header)
            try writer.finish()
            #expect(ecgnet_has_synced(folder.path))
            #expect(ecgnet_has_synced(try folder.recordingFile()))
            try outbox.remove(header.id)
        }
    }

    @Test func goesOnWithARecordingThatWasCutOff() throws {
        let folder = Folder()
        let header = RecordingHeader.small()
        do {
            let outbox = try Outbox(folder: folder.path)
            try outbox.begin(header).append(.waves(130))
        }
        let outbox = try Outbox(folder: folder.path)
        #expect(outbox[header.id]?.isFinished == false)
        let writer = try outbox.resume(header.id)
        #expect(writer.endSample == 130)
        #expect(throws: OutboxError.beingRecorded(header.id)) { try outbox.resume(header.id) }
        #expect(throws: OutboxError.beingRecorded(header.id)) { try outbox.remove(header.id) }
        try writer.append(.waves(170, from: 130))
        try writer.finish()
        #expect(try outbox.samples(of: header.id) == .waves(300))
        #expect(throws: OutboxError.isFinished(header.id)) { try outbox.resume(header.id) }
        #expect(throws: OutboxError.isFinished(header.id)) { try writer.append(.waves(1)) }
    }

    @Test("a file cut off at any byte holds what was whole before the cut, and can be gone on with")
    func cutAnywhere() throws {
        let folder = Folder()
        let header = RecordingHeader.small()
        // What the file held after each step was on the disk: its size, and the samples in it.
        var steps: [(bytes: Int, samples: Int)] = []
        do {
            let outbox = try Outbox(folder: folder.path)
            let writer = try outbox.begin(header)
            steps.append((try folder.bytes().count, 0))
            for first in stride(from: 0, to: 360, by: 90) {
                try writer.append(.waves(90, from: first))
                steps.append((try folder.bytes().count, first + 90))
            }
            try writer.finish()
        }
        let file = try folder.recordingFile()
        let whole = try folder.bytes()
        for size in 0...whole.count {
            try folder.write(Array(whole[..<size]), to: file)
            let outbox = try Outbox(folder: folder.path)
            guard let expected = steps.last(where: { $0.bytes <= size }) else {
                // Nothing is known of it without its header, which a loss of power never leaves half written.
                #expect(outbox.recordings.isEmpty && outbox.unreadableFiles.count == 1)
                continue
            }
            #expect(outbox[header.id]?.recordedSamples == expected.samples, "cut at \(size)")
            #expect(outbox[header.id]?.isFinished == (size == whole.count))
            guard size < whole.count else { continue }
            #expect(try folder.bytes().count == expected.bytes, "cut at \(size)")
            let writer = try outbox.resume(header.id)
            try writer.append(.waves(360 - expected.samples, from: expected.samples))
            try writer.finish()
            #expect(try outbox.samples(of: header.id) == .waves(360), "cut at \(size)")
        }
    }

    @Test("a damaged byte costs its block and what goes on with it, and nothing else")
    func damagedAnywhere() throws {
        let folder = Folder()
        let header = RecordingHeader.small()
        let original = Samples.waves(360)
        do {
            let outbox = try Outbox(folder: folder.path)
            // A recording that is gone on with begins a run: from there on it can be read whatever came before.
            try outbox.begin(header).append(.waves(180))
        }
        do {
            let outbox = try Outbox(folder: folder.path)
            let writer = try outbox.resume(header.id)
            try writer.append(.waves(180, from: 180))
            try writer.finish()
        }
        let file = try folder.recordingFile()
        let whole = try folder.bytes()
        for index in whole.indices {
            var damaged = whole
            damaged[index] ^= 0x10
            try folder.write(damaged, to: file)
            let outbox = try Outbox(folder: folder.path)
            guard let recording = outbox[header.id] else {
                #expect(outbox.recordings.isEmpty && outbox.unreadableFiles.count == 1, "damaged at \(index)")
                continue
            }
            let read = try outbox.samples(of: header.id)
            #expect(read.count == recording.recordedSamples)
            // Whole blocks are missing; what is there is right.
            for sample in 0..<read.count where read[sample, 0] != Samples.missing {
                #expect(read[sample..<sample + 1] == original[sample..<sample + 1], "damaged at \(index)")
            }
            let secondHalfIsRead = read.count == 360 && read[180..<360] == original[180..<360]
            let firstHalfIsRead = read.count >= 180 && read[0..<180] == original[0..<180]
            #expect(firstHalfIsRead || secondHalfIsRead, "damaged at \(index)")
        }
    }

    @Test func refusesWhatDoesNotFitAndKeepsTheRest() throws {
        let folder = Folder()
        let limits = OutboxLimits(bytes: 600, recordings: 2)
        let outbox = try Outbox(folder: folder.path, limits: limits)
        let first = try outbox.begin(.small(1))
        var kept = 0
        var refusal: OutboxError?
        while refusal == nil {
            do {
                try first.append(.waves(50, from: kept))
                kept += 50
            } catch {
                refusal = error
            }
        }
        #expect(refusal == .tooManyBytes(limit: 600))
        #expect(kept > 0 && outbox[first.recording]?.recordedSamples == kept)
        // It can be finished all the same, and is stored whole.
        try first.finish()
        #expect(try outbox.samples(of: first.recording) == .waves(kept))
        #expect(throws: OutboxError.tooManyBytes(limit: 600)) { try outbox.begin(.small(2)) }
        try outbox.remove(first.recording)
        let second = try outbox.begin(.small(2))
        try second.append(.waves(50))
        let third = try outbox.begin(.small(3))
        #expect(throws: OutboxError.tooManyRecordings(limit: 2)) { try outbox.begin(.small(4)) }
        #expect(throws: OutboxError.recordingExists(third.recording)) { try outbox.begin(.small(3)) }
    }

    @Test func holdsAsMuchAfterManyRecordingsAsAtFirst() throws {
        let folder = Folder()
        let outbox = try Outbox(folder: folder.path, limits: OutboxLimits(bytes: 600, recordings: 2))
        /// The samples that fit into it while it is empty. What is refused takes no room, what is deleted gives all of its
        /// room back, and no more.
        func room() throws -> Int {
            let writer = try outbox.begin(.small())
            var kept = 0
            while (try? writer.append(.waves(50, from: kept))) != nil { kept += 50 }
            try writer.finish()
            #expect(throws: OutboxError.isFinished(writer.recording)) { try writer.append(.waves(50)) }
            try outbox.remove(writer.recording)
            return kept
        }
        let atFirst = try room()
        for recording in 2...20 { #expect(try room() == atFirst, "recording \(recording)") }
    }

    @Test("a file that cannot be read keeps no other recording from being sent")
    func oneFileThatCannotBeRead() throws {
        let folder = Folder()
        let header = RecordingHeader.small(1)
        do {
            let writer = try Outbox(folder: folder.path).begin(header)
            try writer.append(.waves(120))
            try writer.finish()
        }
        for name in ["x.ecg", "y.ecg.new"] {
            try FileManager.default.createDirectory(
                atPath: "\(folder.path)/\(name)", withIntermediateDirectories: false)
        }
        let outbox = try Outbox(folder: folder.path)
        #expect(outbox.unreadableFiles == ["x.ecg", "y.ecg.new"])
        #expect(try outbox.samples(of: header.id) == .waves(120))
        let next = try outbox.begin(.small(2))
        #expect(outbox.recordings.map(\.id) == [header.id, next.recording])
    }

    @Test func belongsToOneProcessAndItsOwnerAlone() throws {
        let folder = Folder()
        let outbox = try Outbox(folder: folder.path)
        #expect(throws: OutboxError.inUse(folder.path)) { try Outbox(folder: folder.path) }
        let writer = try outbox.begin(.small())
        func rights(_ path: String) throws -> Int? {
            try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        }
        #expect(try rights(folder.path) == 0o700)
        #expect(try rights(folder.recordingFile()) == 0o600)
        #expect(outbox[writer.recording]?.isBeingRecorded == true)
        let open = Folder()
        try FileManager.default.createDirectory(
            atPath: open.path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o755])
        #expect(throws: OutboxError.readableByOthers(open.path)) { try Outbox(folder: open.path) }
    }

    @Test func aRecordingThatIsAsLongAsItMayBeCanStillBeFinished() throws {
        let folder = Folder()
        let header = RecordingHeader.small()
        do { _ = try Outbox(folder: folder.path).begin(header) }
        // As a month of recording leaves it, but for the month.
        let end = WireLimits.default.recordingSamples
        let lastBlock = BlockEncoder(channels: header.channels).encode(.waves(50), firstSample: end - 150)
        var bytes = ByteBuffer(bytes: try folder.bytes())
        bytes.writeFrame(Frame(.block, channel: 1, payload: lastBlock))
        try folder.write(Array(bytes.readableBytesView), to: folder.recordingFile())

        let outbox = try Outbox(folder: folder.path)
        let writer = try outbox.resume(header.id)
        #expect(writer.endSample == end - 100)
        #expect(throws: OutboxError.recordingTooLong(header.id)) { try writer.append(.waves(101)) }
        #expect(writer.endSample == end - 100, "nothing of these samples is kept")
        try writer.append(.waves(100))
        #expect(throws: OutboxError.recordingTooLong(header.id)) { try writer.append(.waves(1)) }
        try writer.finish()
        #expect(outbox[header.id]?.recordedSamples == end)
        #expect(outbox[header.id]?.isFinished == true)
    }

    @Test func aRecordingThatIsSeenCanBeRead() async throws {
        let folder = Folder()
        try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: false)
        let outbox = try Outbox(temporaryIn: folder.path)
        let count = 100
        let reading = Task.detached {
            while true {
                let recordings = outbox.recordings
                for recording in recordings { _ = try outbox.samples(of: recording.id) }
                if recordings.count == count { return }
            }
        }
        for number in 1...UInt64(count) { try outbox.begin(.small(number)).append(.waves(10)) }
        try await reading.value
    }

    @Test func aTemporaryOneLeavesNothingBehind() throws {
        let folder = Folder()
        try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: false)
        let outbox = try Outbox(temporaryIn: folder.path)
        let writer = try outbox.begin(.small())
        try writer.append(.waves(150))
        try writer.finish()
        #expect(try outbox.samples(of: writer.recording) == .waves(150))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
        try outbox.remove(writer.recording)
        #expect(outbox.recordings.isEmpty)
    }

    @Test func refusesAHeaderThatNoServerTakesWithoutNamingThePatient() throws {
        let folder = Folder()
        let outbox = try Outbox(folder: folder.path)
        var header = RecordingHeader.small()
        header.patient.ageYears = 177
        do {
            _ = try outbox.begin(header)
            Issue.record("an age of 177 years was taken")
        } catch {
            #expect(!"\(error)".contains("177") && !"\(error)".contains("bed 4"))
        }
        #expect(outbox.recordings.isEmpty)
    }
}
