import Synchronization

/// Lets so many tasks do something at a time; so many others wait, those with the least to do first, and more are turned
/// away.
final class Turnstile: Sendable {
    /// Too many wait already.
    struct Full: Error {}

    private struct Waiting: Sendable {
        var effort: Int
        var continuation: CheckedContinuation<Void, any Error>
    }

    private struct State: Sendable {
        var free: Int
        /// The next to pass at the end: most effort first, and of the same effort who came last.
        var waiting: [Waiting] = []

        mutating func add(_ new: Waiting) {
            var (low, high) = (0, waiting.count)
            while low < high {
                let middle = (low + high) / 2
                if waiting[middle].effort > new.effort { low = middle + 1 } else { high = middle }
            }
            waiting.insert(new, at: low)
        }
    }

    private let waitingLimit: Int
    private let state: Mutex<State>

    /// - Precondition: `places` is above 0.
    init(places: Int, waiting: Int) {
        precondition(places > 0, "somebody can pass")
        waitingLimit = waiting
        state = Mutex(State(free: places))
    }

    /// How many wait now.
    var waitingCount: Int { state.withLock { $0.waiting.count } }

    /// - Parameter effort: How much there is to do, in any unit; of those that wait who has less goes first, and of equal ones
    ///   who came first.
    /// - Throws: ``Full``, or what the body throws.
    func pass<Result: Sendable>(effort: Int = 0, _ body: () async throws -> Result) async throws -> Result {
        try await enter(effort: effort)
        defer { leave() }
        return try await body()
    }

    private func enter(effort: Int) async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            let entry: Result<Void, any Error>? = state.withLock { state in
                if state.free > 0 {
                    state.free -= 1
                    return .success(())
                }
                guard state.waiting.count < waitingLimit else { return .failure(Full()) }
                state.add(Waiting(effort: effort, continuation: continuation))
                return nil
            }
            if let entry { continuation.resume(with: entry) }
        }
    }

    private func leave() {
        let next = state.withLock { state -> Waiting? in
            if let next = state.waiting.popLast() { return next }
            state.free += 1
            return nil
        }
        next?.continuation.resume()
    }
}
