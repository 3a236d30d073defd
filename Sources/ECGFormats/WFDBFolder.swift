/// Where a record's files lie: a directory, or memory.
public enum WFDBFolder: Sendable {
    case directory(String)
    /// File names and contents.
    case memory([String: [UInt8]])

    /// The first `limit` bytes of a file.
    func bytes(of name: String, limit: Int) throws(WFDBError) -> [UInt8] {
        switch self {
        case .directory(let path):
            return try RegularFile.read(path.isEmpty ? name : "\(path)/\(name)", name: name, limit: limit)
        case .memory(let files):
            guard let bytes = files[name] else {
                throw WFDBError(.inaccessible, file: name, "there is no such file", remedy: "give the whole record")
            }
            return Array(bytes.prefix(limit))
        }
    }

    /// Refuses a name in a header that leads out of the header's folder, so that nobody's header opens other files.
    static func checkName(_ name: String, namedBy line: WFDBHeaderLine) throws(WFDBError) {
        let isPlain =
            !name.isEmpty && name != "." && name != ".."
            && !name.utf8.contains { byte in
                byte == UInt8(ascii: "/") || byte == UInt8(ascii: "\\") || byte < 0x20 || byte == 0x7F
            }
        guard isPlain else {
            throw WFDBError(
                .outsideFolder, file: line.file, at: .line(line.number), "it names a file outside its own folder",
                remedy: "put all files of a record into one folder and name them without a path")
        }
    }
}
