import ECGServer
import Foundation
import Testing

/// The server looks at the file of its settings every few seconds, and so does whoever changes them.
@Suite struct SettingsFileTests {
    /// A look on a thread of its own: it may wait for long.
    private final class Look: Sendable {
        private let ended = Mutexed(false)
        var hasEnded: Bool { ended.value }

        init(at settings: SettingsFile) {
            let ended = ended
            Thread.detachNewThread {
                settings.reload()
                ended.value = true
            }
        }
    }

    @Test("of two looks at the same time the one that saw the older file does not come last")
    func twoLooks() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "ecgnet-settings-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let settings = try SettingsFile(dataFolder: folder.path, logger: LogBook().logger)
        let file = folder.appending(path: SettingsFile.fileName).path
        // A pipe in the file's place is read as slowly as the test writes it.
        try #require(mkfifo(file, 0o600) == 0)
        let older = Look(at: settings)
        var pipe: Int32 = -1
        try await eventually {
            pipe = open(file, O_WRONLY | O_NONBLOCK)
            return pipe >= 0
        }
        let fresh = folder.appending(path: "fresh.json")
        try Data(#"{"undoSeconds": 20}"#.utf8).write(to: fresh)
        try #require(rename(fresh.path, file) == 0)
        let newer = Look(at: settings)
        // One that does not wait for the other has ended by then.
        for _ in 0..<200 where !newer.hasEnded { try await Task.sleep(for: .milliseconds(5)) }
        let text = Array(#"{"undoSeconds": 10}"#.utf8)
        #expect(write(pipe, text, text.count) == text.count)
        close(pipe)
        try await eventually { older.hasEnded && newer.hasEnded }
        #expect(settings.settings.reporting.undoSeconds == 20)
    }
}
