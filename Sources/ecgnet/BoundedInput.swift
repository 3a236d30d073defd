import Foundation

extension FileHandle {
    /// Reads to the end, or nil when there is more than `limit` bytes: whatever is at the other end, it is not taken in.
    func readAll(limit: Int) throws -> Data? {
        var bytes = Data()
        while bytes.count <= limit {
            guard let more = try read(upToCount: limit + 1 - bytes.count), !more.isEmpty else { return bytes }
            bytes += more
        }
        return nil
    }
}
