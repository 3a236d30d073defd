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
            let missing = (0..<read.count).count { read[$0, 0] == Samples.missing }
            #expect(recording.damagedSamples == missing, "damaged at \(index)")
            // Whole blocks are missing; what is there is right.
            for sample in 0..<read.count where read[sample, 0] != Samples.missing {
                #expect(read[sample..<sample + 1] == original[sample..<sample + 1], "damaged at \(index)")
            }
            let secondHalfIsRead = read.count == 360 && read[180..<360] == original[180..<360]
            let firstHalfIsRead = read.count >= 180 && read[0..<180] == original[0..<180]
            #expect(firstHalfIsRead || secondHalfIsRead, "damaged at \(index)")
        }
    }

    /// Where in the file, from this byte on, a block begins and which sample is its first.
    private static func blocks(in file: [UInt8]) throws -> [(offset: Int, frame: Frame)] {
        var parser = FrameParser()
        parser.append(ByteBuffer(bytes: file))
        var blocks: [(offset: Int, frame: Frame)] = []
        var offset = 0
        while let frame = try parser.next() {
            if frame.type == .block { blocks.append((offset, frame)) }
            offset += frame.byteCount
        }
        return blocks
    }

    @Test("of a standard ECG in which a block is damaged at least half can be read, and it is told and kept")
    func aDamagedBlock() throws {
        let folder = Folder()
        let header = RecordingHeader.small()
        do {
            let writer = try Outbox(folder: folder.path).begin(header)
            try writer.append(.waves(1000))
            try writer.finish()
        }
        let whole = try folder.bytes()
        let file = try folder.recordingFile()
        for (number, block) in try Self.blocks(in: whole).enumerated() {
            var damaged = whole
            for byte in 0..<16 { damaged[block.offset + 20 + byte] = 0 }
            try folder.write(damaged, to: file)
            let outbox = try Outbox(folder: folder.path)
            let lost = number * 100..<(number / 5 + 1) * 500
            #expect(outbox[header.id]?.damagedSamples == lost.count, "block \(number)")
            let read = try outbox.samples(of: header.id)
            #expect(read[0..<lost.lowerBound] == Samples.waves(lost.lowerBound))
            #expect(read[lost.upperBound..<1000] == Samples.waves(1000)[lost.upperBound..<1000])
            #expect(read[lost.lowerBound, 0] == Samples.missing && read[lost.upperBound - 1, 0] == Samples.missing)
        }
        let outbox = try Outbox(folder: folder.path)
        let aside = try #require(outbox.nameAside(of: header.id))
        try outbox.setAside(header.id)
        #expect(outbox.recordings.isEmpty)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(Set(names) == ["lock", aside])
    }

    @Test("damage that is found while a recording is being read is told too")
    func damagedLater() throws {
        let folder = Folder()
        let header = RecordingHeader.small()
        let outbox = try Outbox(folder: folder.path)
        let writer = try outbox.begin(header)
        try writer.append(.waves(1000))
        try writer.finish()
        #expect(outbox[header.id]?.damagedSamples == 0)
        var bytes = try folder.bytes()
        bytes[try Self.blocks(in: bytes)[7].offset + 20] ^= 1
        try folder.write(bytes, to: folder.recordingFile())
        _ = try outbox.samples(of: header.id)
        #expect(outbox[header.id]?.damagedSamples == 300)
    }

    @Test("frames of another patient behind a torn end, as a disk may show after a loss of power, are nobody's samples")
    func framesOfAnother() throws {
        let folder = Folder()
        let other = Folder()
        let header = RecordingHeader.small(1)
        for (folder, header, count) in [(folder, header, 250), (other, .small(2), 900)] {
            let writer = try Outbox(folder: folder.path).begin(header)
            try writer.append(.waves(count))
        }
        let kept = try folder.bytes()
        let foreign = try Self.blocks(in: other.bytes())
        let stale = try other.bytes()[foreign[3].offset...]
        // Torn in the middle of a block, and right at its end.
        for torn in [kept + [0xEC, 0x67, 1, 4, 0, 0, 0], kept] {
            try folder.write(torn + stale, to: folder.recordingFile())
            let outbox = try Outbox(folder: folder.path)
            #expect(outbox[header.id]?.recordedSamples == 250)
            #expect(try outbox.samples(of: header.id) == .waves(250))
            #expect(try folder.bytes() == kept)
        }
    }

    @Test("a file of an earlier version, whose frames all name channel 1, is read and gone on with")
    func earlierFile() throws {
        let folder = Folder()
        let header = RecordingHeader.small()
        do {
            let writer = try Outbox(folder: folder.path).begin(header)
            try writer.append(.waves(250))
        }
        var parser = FrameParser()
        parser.append(ByteBuffer(bytes: try folder.bytes()))
        var earlier = ByteBuffer()
        while var frame = try parser.next() {
            frame.channel = 1
            earlier.writeFrame(frame)
        }
        try folder.write(Array(earlier.readableBytesView), to: folder.recordingFile())
        do {
            let outbox = try Outbox(folder: folder.path)
            let writer = try outbox.resume(header.id)
            try writer.append(.waves(150, from: 250))
            try writer.finish()
        }
        let outbox = try Outbox(folder: folder.path)
        #expect(outbox[header.id]?.isFinished == true && outbox[header.id]?.damagedSamples == 0)
        #expect(try outbox.samples(of: header.id) == .waves(400))
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
        let channel = try #require(bytes.getInteger(at: 4, endianness: .little, as: UInt32.self))
        bytes.writeFrame(Frame(.block, channel: channel, payload: lastBlock))
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
