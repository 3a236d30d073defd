/// A table of figures: which subjects it looks at, what it takes from each, and what it says in the end.
public protocol AccuracyTable: Sendable {
    /// The word by which the command line chooses the table.
    var name: String { get }
    /// The sets of recordings it looks at; what is missing of them is said below the table.
    var sets: [String] { get }
    /// The subjects it looks at, in the order in which it wants them.
    func subjects(in recordings: RecordingFolder) throws -> [Subject]
    /// Takes what it needs of a subject that it asked for.
    mutating func add(_ analysed: AnalysedSubject, from recordings: RecordingFolder) throws
    func report() -> TableReport
}

extension AccuracyTable {
    public func subjects(in recordings: RecordingFolder) throws -> [Subject] {
        sets.flatMap { recordings.subjects(of: $0) }
    }
}
