import ECGDevice
import ECGFormats
import ECGModel
import Foundation
import Testing

/// What stands in an outbox and is not all of a recording must not pass for one.
@Suite("A replay says what its outbox could not give")
struct OutboxReplayTests {
    private static let samples = 5000

    /// Leaves the infarct in an outbox, finished after so many samples.
    private static func leave(_ samples: Int, in folder: String) throws -> RecordingID {
        var random = SystemRandomNumberGenerator()
        let id = RecordingID(seedHigh: random.next(), seedLow: random.next())
        let recording = try WFDBRecord.read(MainJobTests.infarct, id: id).recording
        let writer = try Outbox(folder: folder).begin(recording.header)
        try writer.append(recording.samples[0..<samples])
        try writer.finish()
        return id
    }

    private static func damage(_ file: String, at offset: Int) throws {
        var bytes = try Data(contentsOf: URL(filePath: file))
        for byte in offset..<offset + 16 { bytes[byte] = ~bytes[byte] }
        try bytes.write(to: URL(filePath: file))
    }

    @Test("a recording that was ended early does not stand for its record, which is sent anew")
    func endedEarly() async throws {
        let server = try await RunningServer.start()
        let outbox = server.folder.appending(path: "outbox").path
        let id = try Self.leave(2000, in: outbox)
        let device = try await server.replay(MainJobTests.infarct, "--speed", "max", "--outbox", outbox)
        let end = await device.outcome()
        #expect(end.status == 0, "\(end.errors)")
        #expect(end.errors.contains("\(id) in the outbox was ended after 2000 of 5000 samples"), "\(end.errors)")
        #expect(end.output.contains("recording \(id): complete"), "\(end.output)")
        #expect(end.output.contains("inferior-stemi: stored 5000 of 5000 samples"), "\(end.output)")
        #expect(end.output.contains("inferior-stemi: complete"))
        // One that holds all of it still does.
        let again = server.folder.appending(path: "whole").path
        _ = try Self.leave(Self.samples, in: again)
        let whole = try await server.replay(MainJobTests.infarct, "--speed", "max", "--outbox", again)
        let second = await whole.outcome()
        #expect(second.status == 0 && !second.errors.contains("was ended"), "\(second.errors)")
        #expect(!second.output.contains("recording "), "\(second.output)")
        try await server.tearDown()
    }

    @Test("one whose header is damaged fails the command, and the others are sent")
    func damagedHeader() async throws {
        let server = try await RunningServer.start()
        let outbox = server.folder.appending(path: "outbox").path
        let damaged = try Self.leave(Self.samples, in: outbox)
        let good = try Self.leave(Self.samples, in: outbox)
        try Self.damage("\(outbox)/\(damaged).ecg", at: 20)
        let end = await (try await server.replay("--outbox", outbox)).outcome()
        #expect(end.status == 1)
        #expect(end.errors.contains("\(damaged).ecg in the outbox cannot be read"), "\(end.errors)")
        #expect(end.output.contains("recording \(good): complete"), "\(end.output)")
        let left = try FileManager.default.contentsOfDirectory(atPath: outbox)
        #expect(Set(left) == ["lock", "\(damaged).ecg"])
        try await server.tearDown()
    }

    @Test("one with a damaged block is sent as far as it can be read, told, and kept")
    func damagedBlock() async throws {
        let server = try await RunningServer.start()
        let outbox = server.folder.appending(path: "outbox").path
        let id = try Self.leave(Self.samples, in: outbox)
        let size = try Data(contentsOf: URL(filePath: "\(outbox)/\(id).ecg")).count
        try Self.damage("\(outbox)/\(id).ecg", at: size * 3 / 4)
        let end = await (try await server.replay("--outbox", outbox)).outcome()
        #expect(end.status == 1)
        #expect(end.errors.contains("samples are missing on the server"), "\(end.errors)")
        #expect(end.output.contains("recording \(id): complete"), "\(end.output)")
        let left = try FileManager.default.contentsOfDirectory(atPath: outbox)
        #expect(Set(left) == ["lock", "\(id).ecg.damaged"])
        // What was kept is not sent again, nor told again.
        let again = await (try await server.replay("--outbox", outbox)).outcome()
        #expect(again.status == 0, "\(again.errors)")
        try await server.tearDown()
    }
}
