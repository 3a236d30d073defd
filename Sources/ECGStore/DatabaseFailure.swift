import GRDB

extension DatabaseError {
    /// Whether some of the file cannot be read, and will not be until somebody has restored it.
    var isDamage: Bool {
        let ofReading: [ResultCode] = [
            .SQLITE_IOERR_READ, .SQLITE_IOERR_SHORT_READ, .SQLITE_IOERR_DATA, .SQLITE_IOERR_CORRUPTFS,
        ]
        return [.SQLITE_CORRUPT, .SQLITE_NOTADB].contains(resultCode) || ofReading.contains(extendedResultCode)
    }
}

extension StoreError {
    /// Whether it says of a waveform file that it cannot be used, while others may be.
    var isOfOneFile: Bool {
        switch self {
        case .unavailable, .damaged, .notDurable, .newerSchema: true
        default: false
        }
    }

    /// What callers of the store see of a database's error: never SQL, never values, always what to do.
    ///
    /// Errors that are not the database's (a ``StoreError``, a cancelled task) pass unchanged.
    static func translating(_ error: any Error) -> any Error {
        guard let failure = error as? DatabaseError else { return error }
        let remedy =
            switch failure.resultCode {
            case .SQLITE_FULL: "the disk is full: free space or shorten the retention"
            case .SQLITE_BUSY, .SQLITE_LOCKED: "another process holds the database: try again, or end that process"
            case .SQLITE_IOERR: "the disk reported an error: check the disk and the kernel's log"
            case .SQLITE_CORRUPT, .SQLITE_NOTADB: "the file is damaged: restore it from a backup"
            case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM:
                "the files cannot be written: check owner and permissions of the data directory"
            default:
                "SQLite reported code \(failure.extendedResultCode.rawValue): try again, and look the code up at "
                    + "sqlite.org/rescode.html if it stays so"
            }
        return failure.isDamage ? StoreError.damaged(remedy) : StoreError.unavailable(remedy)
    }
}
