/// Something for each of the keys that were used last, in bounded memory and constant time.
///
/// Two generations: a key that is used moves to the young one; when that is full it becomes the old one, and the old one is
/// forgotten. So at least the last `limit / 2` keys are there, and at most `limit`.
struct RecentTable<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private let generation: Int
    private var young: [Key: Value] = [:]
    private var old: [Key: Value] = [:]

    /// - Precondition: `limit` is 2 or more.
    init(limit: Int) {
        precondition(limit >= 2, "each generation holds a key")
        generation = limit / 2
    }

    var count: Int { young.count + old.count }

    /// Changes what belongs to the key, beginning with `fresh` where it is not known, or not any more.
    mutating func update<Result>(_ key: Key, fresh: @autoclosure () -> Value, _ change: (inout Value) -> Result)
        -> Result
    {
        var value = young[key] ?? old.removeValue(forKey: key) ?? fresh()
        let result = change(&value)
        if young[key] == nil, young.count >= generation {
            old = young
            young = [:]
        }
        young[key] = value
        return result
    }
}
