/// The connections to the API that nobody has signed in by, and which of them has to go when there are too many. A value without
/// I/O.
///
/// Whoever opens connections and leaves them open must not keep readers out. So one by which a session, or a program's token, has
/// been shown stays, and of the others the one that has been there longest gives way to the newest: of its own network where that
/// has more than its share, or of all.
public struct ConnectionBook<ID: Hashable & Sendable, Network: Hashable & Sendable>: Sendable {
    private struct Entry: Sendable {
        var network: Network?
        var number: UInt64
    }

    private let limit: Int
    private let share: Int
    private var unproven: [ID: Entry] = [:]
    private var countByNetwork: [Network: Int] = [:]
    private var proven: Set<ID> = []
    private var opened: UInt64 = 0

    /// - Parameters:
    ///   - limit: All connections.
    ///   - share: One network's that nobody has signed in by.
    public init(limit: Int, share: Int) {
        self.limit = limit
        self.share = share
    }

    /// Takes a connection in; returns the one that has to go for it, which may be itself.
    ///
    /// - Parameter network: Nil for one that has no share, since everybody may come from it.
    public mutating func open(_ id: ID, from network: Network?) -> ID? {
        opened += 1
        unproven[id] = Entry(network: network, number: opened)
        if let network {
            countByNetwork[network, default: 0] += 1
            if countByNetwork[network, default: 0] > share { return oldest { $0.network == network } }
        }
        return unproven.count + proven.count > limit ? oldest { _ in true } : nil
    }

    /// Somebody has signed in by it.
    public mutating func prove(_ id: ID) {
        guard forget(id) else { return }
        proven.insert(id)
    }

    public mutating func close(_ id: ID) {
        _ = forget(id)
        proven.remove(id)
    }

    /// A few hundred at most.
    private mutating func oldest(where isMeant: (Entry) -> Bool) -> ID? {
        let oldest = unproven.filter { isMeant($0.value) }.min { $0.value.number < $1.value.number }?.key
        // It is on its way out: the next one that comes is not to find it again.
        if let oldest { _ = forget(oldest) }
        return oldest
    }

    private mutating func forget(_ id: ID) -> Bool {
        guard let entry = unproven.removeValue(forKey: id) else { return false }
        if let network = entry.network {
            let left = countByNetwork[network, default: 0] - 1
            countByNetwork[network] = left > 0 ? left : nil
        }
        return true
    }
}
