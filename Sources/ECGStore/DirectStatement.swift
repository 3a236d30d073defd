import GRDB
import GRDBSQLite

/// A statement of whole numbers that is executed for every block: bound and stepped as SQLite offers it. GRDB's own way
/// boxes its arguments and keeps account of what was changed, which costs several times what SQLite does.
struct DirectStatement {
    private let statement: Statement

    init(_ statement: Statement) { self.statement = statement }

    /// Executes the statement with one value for each of its parameters, nil for NULL.
    func execute(_ values: Int64?...) throws {
        let handle = statement.sqliteStatement
        for (index, value) in zip(CInt(1)..., values) {
            if let value { sqlite3_bind_int64(handle, index, value) } else { sqlite3_bind_null(handle, index) }
        }
        let code = sqlite3_step(handle)
        sqlite3_reset(handle)
        guard code == SQLITE_DONE else { throw DatabaseError(resultCode: ResultCode(rawValue: code)) }
    }
}
