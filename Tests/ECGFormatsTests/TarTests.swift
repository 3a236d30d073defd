import ECGModel
import Foundation
import Testing

@testable import ECGFormats

@Suite struct TarTests {
    private static let files: [(name: String, content: [UInt8])] = [
        ("a.hea", Array("12 leads".utf8)), ("empty", []), ("whole-block.dat", Array(repeating: 7, count: 512)),
        ("a.dat", (0..<1300).map { UInt8(truncatingIfNeeded: $0) }),
    ]

    private static func archive() -> [UInt8] {
        var archive = TarArchive(modifiedAt: Timestamp(microsecondsSince1970: 1_790_000_000_000_000))
        for file in files { archive.add(file.content, name: file.name) }
        return archive.finished()
    }

    private static func read(_ pieces: [[UInt8]], limit: Int = 1 << 20) throws -> (
        files: [(name: String, content: [UInt8])], isComplete: Bool
    ) {
        var reader = TarReader(limitBytes: limit)
        var files: [(name: String, content: [UInt8])] = []
        for piece in pieces {
            for part in try reader.consume(piece) {
                switch part {
                case .file(let name): files.append((name, []))
                case .content(let bytes): files[files.count - 1].content += bytes
                case .endOfFile: break
                }
            }
        }
        return (files, reader.isComplete)
    }

    @Test("What is written is read again, wherever the archive is cut in two")
    func everyCut() throws {
        let bytes = Self.archive()
        for cut in 0...bytes.count {
            let (files, isComplete) = try Self.read([Array(bytes[..<cut]), Array(bytes[cut...])])
            #expect(files.map(\.name) == Self.files.map(\.name))
            #expect(files.map(\.content) == Self.files.map(\.content))
            #expect(isComplete)
        }
        #expect(try !Self.read([Array(bytes.dropLast(2 * 512))]).isComplete, "an archive without its end")
    }

    @Test("The header is the one that POSIX lays down")
    func header() throws {
        let header = TarHeader(name: "a.hea", size: 8, modified: 0o15_254_000_000)
        let bytes = header.bytes
        #expect(bytes.count == 512)
        func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
        #expect(text(0..<6) == "a.hea\u{0}")
        #expect(text(100..<108) == "0000644\u{0}")
        #expect(text(124..<136) == "00000000010\u{0}")
        #expect(text(136..<148) == "15254000000\u{0}")
        #expect(text(257..<265) == "ustar\u{0}00")
        #expect(bytes[154] == 0 && bytes[155] == UInt8(ascii: " "))
        #expect(TarHeader(bytes) == header)
    }

    @Test("A clock that is centuries ahead, or before 1970, keeps no archive from being written")
    func impossibleTimes() throws {
        for (modified, written) in [(Int.max, 0o77_777_777_777), (253_402_300_799, 0o77_777_777_777), (-1, 0)] {
            let header = TarHeader(name: "a.hea", size: 8, modified: modified)
            #expect(header.modified == written && TarHeader(header.bytes) == header)
        }
    }

    @Test("What is no plain file with a plain name, or too large, is refused")
    func refused() throws {
        func failure(_ change: (inout [UInt8]) -> Void, limit: Int = 1 << 20) -> TarReader.Failure? {
            var bytes = TarHeader(name: "a.hea", size: 8, modified: 0).bytes
            change(&bytes)
            var reader = TarReader(limitBytes: limit)
            do {
                _ = try reader.consume(bytes)
                return nil
            } catch { return error }
        }
        func resum(_ bytes: inout [UInt8]) {
            bytes.replaceSubrange(148..<156, with: Array("        ".utf8))
            let digits = String(bytes.reduce(0) { $0 + Int($1) }, radix: 8)
            bytes.replaceSubrange(
                148..<154, with: Array((String(repeating: "0", count: 6 - digits.count) + digits).utf8))
            bytes[154] = 0
        }
        #expect(failure { resum(&$0) } == nil)
        #expect(failure { $0[0] = UInt8(ascii: "b") } == .damagedHeader)
        #expect(
            failure {
                $0[156] = UInt8(ascii: "2")
                resum(&$0)
            } == .unwantedEntry)
        for name in ["../a", "/a", ".a", "a/b"] {
            #expect(
                failure {
                    $0.replaceSubrange(0..<5, with: Array((name + "\u{0}\u{0}\u{0}").utf8.prefix(5)))
                    resum(&$0)
                } == .unsafeName)
        }
        #expect(
            failure {
                $0[345] = UInt8(ascii: "d")
                resum(&$0)
            } == .unsafeName)
        #expect(failure({ _ in }, limit: 7) == .tooLarge(limit: 7))
    }
}
