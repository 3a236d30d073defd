/// The connections to the API that nobody has signed in by, and which of them has to go when there are too many. A value without
/// I/O.
///
/// Whoever opens connections and leaves them open must not keep readers out. So one by which a session, or a program's token, has
/// been shown stays, as long as its user has not more than a share of them, and of the others the one that has been there longest gives way to the newest: of its own network where that
/// has more than its share, or of all.
public struct ConnectionBook<ID: Hashable & Sendable, Network: Hashable & Sendable>: Sendable {
    private struct Entry: Sendable {
        var network: Network?
        var number: UInt64
    }

    private let limit: Int
    private let share: Int
    private let userShare: Int
    private var unproven: [ID: Entry] = [:]
    private var countByNetwork: [Network: Int] = [:]
    private var proven: [ID: String] = [:]
    private var countByUser: [String: Int] = [:]
    private var opened: UInt64 = 0

    /// - Parameters:
    ///   - limit: All connections.
    ///   - share: One network's that nobody has signed in by.
    ///   - userShare: One user's that stay.
    public init(limit: Int, share: Int, userShare: Int) {
        self.limit = limit
        self.share = share
        self.userShare = userShare
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

    /// Somebody has signed in by it. It stays, unless as many of the same user's do already.
    public mutating func prove(_ id: ID, by user: String) {
        guard countByUser[user, default: 0] < userShare, forget(id) else { return }
        proven[id] = user
        countByUser[user, default: 0] += 1
    }

    public mutating func close(_ id: ID) {
        _ = forget(id)
        guard let user = proven.removeValue(forKey: id) else { return }
        let left = countByUser[user, default: 0] - 1
        countByUser[user] = left > 0 ? left : nil
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
