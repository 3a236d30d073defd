public import ECGModel

/// Which beats of a test annotator are which of the reference's, as ANSI/AAMI EC57's comparator `bxb` pairs them: in the
/// order of time, a beat with the nearer of its neighbours, never farther apart than a window.
public struct BeatPairing: Sendable, Hashable {
    /// EC57's window.
    public static let windowMilliseconds = Milliseconds(150)

    public struct Pair: Sendable, Hashable {
        /// Places in the two lists.
        public var reference: Int
        public var test: Int
        /// How many samples the test's beat is late.
        public var error: Int
    }

    public private(set) var pairs: [Pair] = []
    /// Places of the reference's beats that were missed, and of the test's that are none.
    public private(set) var missed: [Int] = []
    public private(set) var extra: [Int] = []

    /// - Parameters:
    ///   - reference, test: samples in rising order.
    ///   - window: the most that the two of a pair may be apart, in samples.
    public init(reference: [SampleIndex], test: [SampleIndex], window: Int) {
        var (i, j) = (0, 0)
        while i < reference.count, j < test.count {
            let error = test[j] - reference[i]
            if error.magnitude <= window, !isNearer(error, reference, test, i, j) {
                pairs.append(Pair(reference: i, test: j, error: error))
                i += 1
                j += 1
            } else if error < 0 {
                extra.append(j)
                j += 1
            } else {
                missed.append(i)
                i += 1
            }
        }
        missed += i..<reference.count
        extra += j..<test.count
    }

    /// Whether the earlier of the two has a nearer partner in the other's successor.
    private func isNearer(
        _ error: Int, _ reference: [SampleIndex], _ test: [SampleIndex], _ i: Int, _ j: Int
    ) -> Bool {
        if error < 0 {
            return j + 1 < test.count && (test[j + 1] - reference[i]).magnitude < error.magnitude
        }
        return i + 1 < reference.count && (test[j] - reference[i + 1]).magnitude < error.magnitude
    }

    /// The window at a sampling rate; a half goes to the even number.
    public static func window(at rate: Hertz) -> Int {
        Int((windowMilliseconds.value / 1000 * rate.value).rounded(.toNearestOrEven))
    }
}
