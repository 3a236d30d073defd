public import ECGModel

/// How many critical values are open, by what they wait for.
public struct CriticalValueQueue: Hashable, Sendable {
    public var open: [CriticalValue.State: Int]
    /// Of these, those whose next step is past its time.
    public var overdue: [CriticalValue.State: Int]

    public init(open: [CriticalValue.State: Int] = [:], overdue: [CriticalValue.State: Int] = [:]) {
        self.open = open
        self.overdue = overdue
    }
}
