import ECGModel
import ECGStore
import Testing

/// What every implementation of ``Store`` has to keep, as checks on an empty store.
///
/// An implementation's test target runs all of ``checks``, each on a store of its own.
enum StoreContract {
    struct Check: Sendable, CustomTestStringConvertible {
        let name: String
        let run: @Sendable (any Store) async throws -> Void
        var testDescription: String { name }

        init(_ name: String, _ run: @escaping @Sendable (any Store) async throws -> Void) {
            self.name = name
            self.run = run
        }
    }

    static let checks =
        ingestChecks + comparisonChecks + alertChecks + ladderChecks + reportChecks + amendmentChecks
        + accountChecks + courseChecks
}
