import Foundation

/// Certificates as text in a file.
enum PEMFile {
    /// Longer than any chain of authorities, shorter than anything given by mistake.
    private static let mostBytes = 1 << 20

    static func read(_ path: String) throws -> String {
        guard let data = try FileHandle(forReadingAtPath: path)?.readAll(limit: mostBytes) else {
            throw CommandError("cannot read certificates in \(path): it must be a PEM file")
        }
        return String(decoding: data, as: UTF8.self)
    }
}
