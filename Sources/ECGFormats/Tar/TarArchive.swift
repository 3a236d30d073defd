public import ECGModel

/// An uncompressed archive of plain files, as every tar reads it: every file is a header and its content, filled up to
/// whole blocks; two empty blocks end the archive.
public struct TarArchive: Sendable {
    private let modifiedAt: Timestamp
    private var bytes: [UInt8] = []

    public init(modifiedAt: Timestamp) { self.modifiedAt = modifiedAt }

    /// - Precondition: The name is ASCII of at most 100 bytes, the content below 8 GiB: what the format holds.
    public mutating func add(_ content: [UInt8], name: String) {
        let seconds = Int(modifiedAt.microsecondsSince1970 / 1_000_000)
        bytes += TarHeader(name: name, size: content.count, modified: seconds).bytes
        bytes += content
        bytes += repeatElement(0, count: TarHeader.padding(after: content.count))
    }

    /// The archive with its end.
    public func finished() -> [UInt8] { bytes + repeatElement(0, count: 2 * TarHeader.blockBytes) }
}
