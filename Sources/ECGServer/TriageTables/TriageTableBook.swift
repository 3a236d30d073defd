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
    private let site = Mutex<(edition: Int64, table: TriageTable)?>(nil)

    public init(own: TriageTable) { self.own = own }

    var current: TriageTable { site.withLock { $0?.table } ?? own }

    /// Reads what is in force from the store. A table that cannot be used is an error and leaves the present one.
    func refresh(from store: any Store) async throws {
        guard let stored = try await store.triageTableInForce() else {
            site.withLock { $0 = nil }
            return
        }
        guard site.withLock({ $0?.edition }) != stored.edition else { return }
        let table = try Self.table(of: stored.document)
        site.withLock { $0 = (stored.edition, table) }
    }

    /// A table from its JSON, checked.
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
    let logger: Logger

    /// Who puts a table into force sees it work within seconds. The question costs a millisecond.
    private static let interval = Duration.seconds(2)

    func run() async throws {
        try await repeatUntilShutdown("triage table", every: Self.interval, logger: logger) {
            let before = book.current.version
            try await book.refresh(from: store)
            let version = book.current.version
            if version != before { logger.notice("triage table in force", metadata: ["version": "\(version)"]) }
        }
    }
}
