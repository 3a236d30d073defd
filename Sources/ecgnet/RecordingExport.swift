import AsyncHTTPClient
import ECGFormats
import ECGModel
import ECGServer
import Foundation
import NIOCore
import NIOHTTP1

/// Unpacks a recording's archive into a folder as it arrives. Files get their names only when the archive is complete, so
/// what stands in the folder is never half a recording.
struct RecordingExport {
    /// The files of a WFDB record: header and signals.
    private static let extensions = ["hea", "dat"]
    /// Four bytes hold a sample of one lead in any format that is written, and the header is a few lines.
    private static let limitBytes = HTTPLimits.exportCounts * 4 + 64 * 1024

    private let folder: URL
    private let expected: [String]
    private let isReplacing: Bool
    /// Where the files grow; beside their place, so that they move there whole.
    private let workshop: URL
    private var reader = TarReader(limitBytes: Self.limitBytes)
    private var file: FileHandle?
    private var unpacked: [String] = []

    /// Makes the folder, and refuses at once where a file would be overwritten.
    init(of id: RecordingID, into folder: URL, replacing isReplacing: Bool) throws {
        self.folder = folder
        self.isReplacing = isReplacing
        expected = Self.extensions.map { "\(id).\($0)" }
        workshop = folder.appending(path: ".ecgnet-export-\(UUID().uuidString)")
        if !isReplacing {
            for name in expected {
                let path = folder.appending(path: name).path
                guard !FileManager.default.fileExists(atPath: path) else {
                    throw CommandError("\(path) is there already: give --force to replace it, or another --out")
                }
            }
        }
        do {
            try FileManager.default.createDirectory(at: workshop, withIntermediateDirectories: true)
        } catch {
            throw CommandError("cannot write into \(folder.path): check the folder's permissions and the space left")
        }
    }

    /// Takes the next piece of the archive.
    mutating func write(_ bytes: some Collection<UInt8>) throws {
        for piece in try reader.consume(bytes) {
            switch piece {
            case .file(let name):
                guard expected.contains(name), !unpacked.contains(name) else { throw TarReader.Failure.unsafeName }
                unpacked.append(name)
                let path = workshop.appending(path: name).path
                guard FileManager.default.createFile(atPath: path, contents: nil),
                    let handle = FileHandle(forWritingAtPath: path)
                else { throw writeFailure() }
                file = handle
            case .content(let bytes):
                do {
                    try file?.write(contentsOf: bytes)
                } catch {
                    throw writeFailure()
                }
            case .endOfFile:
                try file?.close()
                file = nil
            }
        }
    }

    /// Gives the files their names.
    /// - Returns: The paths of the files.
    mutating func finish() throws -> [String] {
        guard reader.isComplete, Set(unpacked) == Set(expected) else {
            throw CommandError("the recording did not arrive whole: try again")
        }
        return try expected.map { name in
            let path = folder.appending(path: name).path
            let source = workshop.appending(path: name).path
            if isReplacing {
                guard rename(source, path) == 0 else { throw writeFailure() }
            } else {
                do {
                    try FileManager.default.moveItem(atPath: source, toPath: path)
                } catch {
                    throw writeFailure()
                }
            }
            return path
        }
    }

    /// Removes what an unfinished export has left.
    func removeRemains() {
        do {
            try FileManager.default.removeItem(at: workshop)
        } catch {
            Terminal.say("cannot remove \(workshop.path): remove it by hand")
        }
    }

    private func writeFailure() -> CommandError {
        CommandError("cannot write into \(folder.path): check the folder's permissions and the space left")
    }
}
