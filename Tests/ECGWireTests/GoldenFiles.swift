import Foundation
import NIOCore

/// The bytes in `testdata/wire`, as hexadecimal text with `#` comments. With ECG_WRITE_GOLDEN=1 in the environment a
/// test run writes them anew instead of holding the code against them: only for a new version of the protocol.
enum GoldenFiles {
    static let directory = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "testdata/wire")
    static let areWritten = ProcessInfo.processInfo.environment["ECG_WRITE_GOLDEN"] == "1"

    static func lines(_ name: String) throws -> [Substring] {
        try String(contentsOf: directory.appending(path: name), encoding: .utf8)
            .split(separator: "\n").filter { !$0.hasPrefix("#") }
    }

    static func bytes(_ name: String) throws -> [UInt8] { hexBytes(try lines(name).joined()) }

    static func hexBytes(_ text: some StringProtocol) -> [UInt8] {
        let digits = text.compactMap(\.hexDigitValue).map(UInt8.init)
        return stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }

    static func write(_ bytes: [UInt8], _ name: String, comment: String) throws {
        let rows = stride(from: 0, to: bytes.count, by: 16).map { start in
            bytes[start..<min(start + 16, bytes.count)].map { String(format: "%02x", $0) }.joined(separator: " ")
        }
        try write("# \(comment)\n" + rows.joined(separator: "\n") + "\n", name)
    }

    static func write(_ text: String, _ name: String) throws {
        try text.write(to: directory.appending(path: name), atomically: true, encoding: .utf8)
    }
}
