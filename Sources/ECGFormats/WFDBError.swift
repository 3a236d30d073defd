/// Why a WFDB file could not be read or written: which file, where in it, what is wrong, what to do.
///
/// The text never quotes what a file says, which may be about a patient.
public struct WFDBError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Kind: Hashable, Sendable {
        /// The operating system would not read or write the file.
        case inaccessible
        /// The bytes are not what the format demands.
        case malformed
        /// Valid, but in a form this reader or writer does not know.
        case unsupported
        /// The header names a file that is not in its own folder.
        case outsideFolder
        /// The file ends before what it promises.
        case truncated
        /// Beyond one of ``WFDBLimits``.
        case tooLarge
        /// The recording cannot be expressed in the format asked for.
        case inexpressible
    }

    public enum Place: Hashable, Sendable {
        /// A line of a header, counted from 1.
        case line(Int)
        /// A byte of a signal or annotation file, counted from 0.
        case byte(Int)
    }

    public var kind: Kind
    /// The file's name without its folder.
    public var file: String
    public var place: Place?
    public var problem: String
    public var remedy: String

    public init(_ kind: Kind, file: String, at place: Place? = nil, _ problem: String, remedy: String) {
        self.kind = kind
        self.file = file
        self.place = place
        self.problem = problem
        self.remedy = remedy
    }

    public var description: String {
        let position =
            switch place {
            case .line(let line): ", line \(line)"
            case .byte(let byte): ", byte \(byte)"
            case nil: ""
            }
        return "\(file)\(position): \(problem); \(remedy)"
    }
}
