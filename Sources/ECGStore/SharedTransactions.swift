import GRDB
import Synchronization

/// The transactions of everybody who waits for one database file, made durable together.
///
/// A sync of the disk costs the same for one change as for a hundred, and only one can run at a time. While one
/// transaction is being synced the next work gathers, so that a county whose devices all come back at once waits for a
/// few syncs and not for thousands. Each piece of work keeps what a transaction of its own would give it: it sees what
/// those before it did, its own failure undoes nothing but itself, and it is answered only when it is on the disk.
final class SharedTransactions: Sendable {
    /// Pieces of work in one transaction: enough that the sync does not matter, few enough that the first need not wait
    /// long for the last.
    private static let mostTogether = 256

    /// One piece of work, with its outcome kept until the transaction is durable.
    private struct Work: Sendable {
        /// Does the work and returns what hands its outcome over.
        var perform: @Sendable (Database) throws -> @Sendable () -> Void
        var fail: @Sendable (any Error) -> Void
    }

    private struct State {
        var waiting: [Work] = []
        /// Whether the writer has been asked to come.
        var isCalled = false
    }

    private let pool: DatabasePool
    private let committed: @Sendable () -> Void
    private let state = Mutex(State())

    /// - Parameter committed: called after every durable transaction.
    init(pool: DatabasePool, committed: @escaping @Sendable () -> Void) {
        self.pool = pool
        self.committed = committed
    }

    /// Does the work in a durable transaction, perhaps together with others', and returns its result once it is durable.
    ///
    /// SQLite takes its write lock before the first read, so that what the work reads is what it changes, whatever other
    /// processes do. Throws what the work throws, and then nothing of it stays, or why the transaction failed.
    func write<T: Sendable>(_ work: @escaping @Sendable (Database) throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            enqueue(
                Work(
                    perform: { db in
                        let result = try work(db)
                        return { continuation.resume(returning: result) }
                    }, fail: { continuation.resume(throwing: $0) }))
        }
    }

    private func enqueue(_ work: Work) {
        let isFirst = state.withLock { state in
            state.waiting.append(work)
            defer { state.isCalled = true }
            return !state.isCalled
        }
        if isFirst { callWriter() }
    }

    private func callWriter() {
        pool.asyncWriteWithoutTransaction { [self] db in
            commit(take(), in: db)
            let hasMore = state.withLock { state in
                state.isCalled = !state.waiting.isEmpty
                return state.isCalled
            }
            if hasMore { callWriter() }
        }
    }

    private func take() -> [Work] {
        state.withLock { state in
            let taken = Array(state.waiting.prefix(Self.mostTogether))
            state.waiting.removeFirst(taken.count)
            return taken
        }
    }

    private func commit(_ work: [Work], in db: Database) {
        var handOver: [@Sendable () -> Void] = []
        do {
            try db.inTransaction(.immediate) {
                for piece in work { handOver.append(try outcome(of: piece, in: db)) }
                return .commit
            }
        } catch {
            for piece in work { piece.fail(error) }
            return
        }
        committed()
        for deliver in handOver { deliver() }
    }

    /// Does one piece of the work. Throws only if the whole transaction cannot go on.
    private func outcome(of piece: Work, in db: Database) throws -> @Sendable () -> Void {
        var deliver: (@Sendable () -> Void)?
        do {
            try db.inSavepoint {
                deliver = try piece.perform(db)
                return .commit
            }
        } catch {
            // SQLite ends the whole transaction on some errors, a full disk among them.
            guard db.isInsideTransaction else { throw error }
            return { piece.fail(error) }
        }
        guard let deliver else { preconditionFailure("work that did not throw has an outcome") }
        return deliver
    }
}
