/// A count of cases and how many of them are so.
public struct Share: Sendable, Hashable {
    public var hits: Int
    public var cases: Int

    public init(hits: Int = 0, of cases: Int = 0) {
        self.hits = hits
        self.cases = cases
    }

    public mutating func add(_ isHit: Bool) {
        cases += 1
        if isHit { hits += 1 }
    }

    /// In per cent; nil where there are no cases.
    public var percent: Double? { cases == 0 ? nil : 100 * Double(hits) / Double(cases) }

    public static func + (a: Share, b: Share) -> Share { Share(hits: a.hits + b.hits, of: a.cases + b.cases) }
    public static func += (a: inout Share, b: Share) { a = a + b }
}
