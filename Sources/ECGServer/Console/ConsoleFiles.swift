import CConsole
import Crypto
import NIOCore

/// The console's files as browsers get them, held by the program itself.
struct ConsoleFiles: Sendable {
    struct File: Sendable {
        var bytes: ByteBuffer
        var contentType: String
        /// Changes with the content, so that a browser's copy is used exactly as long as it is right.
        var entityTag: String
    }

    private let files: [String: File]

    /// All files that were embedded when the program was built.
    static let embedded = ConsoleFiles()

    private init() {
        var files: [String: File] = [:]
        var number = 0
        while let file = console_file_at(number)?.pointee {
            let bytes = UnsafeBufferPointer(start: file.bytes, count: file.count)
            let digest = SHA256.hash(data: bytes).prefix(Self.tagBytes)
            let path = String(cString: file.path)
            files[path] = File(
                bytes: ByteBuffer(bytes: bytes), contentType: Self.contentType(of: path),
                entityTag: "\"\(Array(digest).hexadecimal)\"")
            number += 1
        }
        self.files = files
    }

    /// Of the SHA-256: enough that two versions of a file never share one.
    private static let tagBytes = 16

    subscript(path: String) -> File? { files[path] }

    private static func contentType(of path: String) -> String {
        switch path.split(separator: ".").last {
        case "html": "text/html; charset=utf-8"
        case "css": "text/css; charset=utf-8"
        case "js": "text/javascript; charset=utf-8"
        case "svg": "image/svg+xml"
        default: preconditionFailure("\(path) is of no kind that the console has")
        }
    }
}
