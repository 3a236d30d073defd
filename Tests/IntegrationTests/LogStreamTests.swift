import Foundation
import Logging
import Testing

@testable import ecgnet

@Suite("The log")
struct LogStreamTests {
    @Test("a log that nobody reads holds nobody up; what did not wait is counted where it is missing")
    func stalled() throws {
        let pipe = Pipe()
        let stream = LogStream(descriptor: pipe.fileHandleForWriting.fileDescriptor)
        let logger = Logger(label: "test") { StreamLogHandler(label: $0, stream: stream) }
        let count = 20_000
        for line in 0..<count {
            logger.notice("a line of the log", metadata: ["number": "\(line)", "text": "\(filler)"])
        }
        var read = ""
        while !read.contains("lines of the log are missing") {
            read += String(decoding: try #require(pipe.fileHandleForReading.readSome()), as: UTF8.self)
        }
        stream.finish()
        let kept = read.split(separator: "\n").count { $0.contains("a line of the log") }
        let lost = try #require(read.firstMatch(of: /(\d+) lines of the log are missing/)).output.1
        #expect(kept > 0 && Int(lost).map { $0 > 0 && $0 + kept <= count } == true)
        // It goes on as if nothing had been.
        logger.notice("afterwards")
        while !read.contains("afterwards") {
            read += String(decoding: try #require(pipe.fileHandleForReading.readSome()), as: UTF8.self)
        }
    }

    private let filler = String(repeating: "x", count: 200)
}

extension FileHandle {
    /// What is there, or what comes next; nil at the end.
    fileprivate func readSome() -> Data? {
        let data = availableData
        return data.isEmpty ? nil : data
    }
}
