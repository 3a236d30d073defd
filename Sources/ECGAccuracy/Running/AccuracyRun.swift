/// Analyses every subject that some tables ask for, each once, and lets the tables look at it.
///
/// Two subjects are analysed at a time; the tables are given them in one fixed order, so that what they say does not
/// depend on which came first.
public struct AccuracyRun: Sendable {
    private let recordings: RecordingFolder
    private var tables: [any AccuracyTable]
    private let asked: [Set<Subject>]
    private let subjects: [Subject]

    private static let workers = 2
    /// Analysed subjects that wait for one before them: enough that a long recording does not stop the other worker.
    private static let mostAhead = 16

    public init(_ tables: [any AccuracyTable], on recordings: RecordingFolder) throws {
        self.tables = tables
        self.recordings = recordings
        let lists = try tables.map { try $0.subjects(in: recordings) }
        asked = lists.map { Set($0) }
        var seen: Set<Subject> = []
        subjects = lists.joined().filter { seen.insert($0).inserted }
    }

    /// - Parameter progress: told after each subject how many of how many are done.
    /// - Throws: When a record cannot be read; the error says which.
    public mutating func reports(progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }) async throws
        -> [TableReport]
    {
        let (subjects, recordings) = (subjects, recordings)
        var tables = tables
        try await withThrowingTaskGroup(of: (Int, AnalysedSubject).self) { group in
            var started = 0
            var waiting: [Int: AnalysedSubject] = [:]
            var next = 0
            func start() {
                guard started < subjects.count, started < next + Self.mostAhead else { return }
                let index = started
                started += 1
                group.addTask {
                    do {
                        return (index, try recordings.analyse(subjects[index]))
                    } catch {
                        throw UnreadableSubject(subject: subjects[index], reason: error)
                    }
                }
            }
            for _ in 0..<Self.workers { start() }
            var running = started
            while running > 0, let (index, analysed) = try await group.next() {
                running -= 1
                waiting[index] = analysed
                while let analysed = waiting.removeValue(forKey: next) {
                    for place in tables.indices where asked[place].contains(analysed.subject) {
                        do {
                            try tables[place].add(analysed, from: recordings)
                        } catch {
                            throw UnreadableSubject(subject: analysed.subject, reason: error)
                        }
                    }
                    next += 1
                    progress(next, subjects.count)
                }
                while running < Self.workers {
                    let before = started
                    start()
                    guard started > before else { break }
                    running += 1
                }
            }
        }
        self.tables = tables
        return tables.map { table in
            var report = table.report()
            let missing = table.sets.filter { recordings.records(of: $0).isEmpty }
            if !missing.isEmpty {
                report.notes.append("Not among the recordings read: \(missing.joined(separator: ", ")).")
            }
            return report
        }
    }
}

/// A recording or one of its annotation files that could not be read.
public struct UnreadableSubject: Error, CustomStringConvertible {
    public var subject: Subject
    public var reason: any Error

    public var description: String {
        "\(subject.set.map { "\($0)/" } ?? "")\(subject.name) could not be judged: \(reason)"
    }
}
