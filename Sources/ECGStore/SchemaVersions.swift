import GRDB

/// The numbered steps that bring a database file from empty to the present layout.
///
/// SQLite keeps the number of steps done in `user_version`. Steps are only ever appended, never edited, so that a file
/// of any earlier version can be opened. All missing steps run in one immediate transaction: of two processes that open
/// a new file at once, the second waits and finds the work done.
struct SchemaVersions: Sendable {
    let steps: [String]

    func apply(to db: Database, file: String) throws {
        try db.inTransaction(.immediate) {
            let found = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
            guard found <= steps.count else {
                throw StoreError.newerSchema(file: file, found: found, known: steps.count)
            }
            guard found < steps.count else { return .commit }
            for step in steps[found...] {
                try db.execute(sql: step)
            }
            try db.execute(sql: "PRAGMA user_version = \(steps.count)")
            return .commit
        }
    }
}
