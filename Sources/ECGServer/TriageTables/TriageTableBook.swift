import ECGStore
public import ECGTriage
import Foundation
import Logging
import ServiceLifecycle
import Synchronization

/// The triage table by which this server judges: the site's, where one is in force, or its own.
///
/// A recording is judged to its end by the table that held when its analysis began.
public final class TriageTableBook: Sendable {
    /// What the server was started with.
    let own: TriageTable

    /// A table that the site has put into force and this server cannot judge by: another version of the software took it in.
    struct Unusable: Sendable {
        var edition: Int64
        var problem: String
    }

    private struct State: Sendable {
        var site: (edition: Int64, table: TriageTable)?
        var unusable: Unusable?
        /// What would keep the table that judges from being put into force today.
        var doubt: String?
    }
    private let state = Mutex(State())

    public init(own: TriageTable) { self.own = own }

    var current: TriageTable { state.withLock { $0.site?.table } ?? own }
    /// The edition of ``current``; 0 for the server's own.
    var edition: Int64 { state.withLock { $0.site?.edition } ?? 0 }
    var unusable: Unusable? { state.withLock { $0.unusable } }
    /// Why the site's table that judges would not be put into force today: it was when less was asked of a table, and holds
    /// until the site changes it.
    var doubt: String? { state.withLock { $0.doubt } }

    /// Reads what is in force from the store. A table that cannot be used leaves the present one and is an error, once; from then
    /// on ``unusable`` tells.
    func refresh(from store: any Store) async throws {
        guard let stored = try await store.triageTableInForce() else {
            state.withLock { $0 = State() }
            return
        }
        let isKnown = state.withLock { state in
            if state.site?.edition == stored.edition { state.unusable = nil }
            return state.site?.edition == stored.edition || state.unusable?.edition == stored.edition
        }
        guard !isKnown else { return }
        do {
            let table = try Self.table(of: stored.document)
            let doubt = table.doubtOfEnforcing
            state.withLock { $0 = State(site: (stored.edition, table), doubt: doubt) }
        } catch {
            let problem = Self.explanation(of: error)
            state.withLock { $0.unusable = Unusable(edition: stored.edition, problem: problem) }
            throw error
        }
    }

    private static func explanation(of error: any Error) -> String {
        switch error {
        case let error as TriageTableError: error.refusal.description
        case let error as DecodingError: JSONExchange.refusal(of: error).description
        default: "\(error)"
        }
    }

    /// A table that was taken in before, from its JSON: checked as far as it must be to judge at all.
    static func table(of document: String) throws -> TriageTable {
        let table = try JSONDecoder().decode(TriageTable.self, from: Data(document.utf8))
        try table.validate()
        return table
    }
}

/// Brings a table that was put into force, on whichever server, to this one.
struct TriageTableWatch: Service {
    let store: any Store
    let book: TriageTableBook
    let metrics: ServerMetrics
    let logger: Logger

    /// Who puts a table into force sees it work within seconds. The question costs a millisecond.
    private static let interval = Duration.seconds(2)

    func run() async throws {
        try await repeatUntilShutdown("triage table", every: Self.interval, logger: logger) {
            let before = book.current.version
            defer { metrics.record(isTriageTableUsable: book.unusable == nil) }
            try await book.refresh(from: store)
            let version = book.current.version
            guard version != before else { return }
            logger.notice("triage table in force", metadata: ["version": "\(version)"])
            book.sayDoubt(logger)
        }
    }
}

extension TriageTableBook {
    /// Tells the log of a table that judges and would not be put into force today.
    func sayDoubt(_ logger: Logger) {
        guard let doubt else { return }
        logger.warning(
            "the triage table in force would not be put into force today: edit it and enforce the new edition",
            metadata: ["version": "\(current.version)", "problem": "\(doubt)"])
    }
}
