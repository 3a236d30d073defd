import NIOCore
import Synchronization

/// Lets so many tasks do something at a time; so many others wait in order, and more are turned away.
final class Turnstile: Sendable {
    /// Too many wait already.
    struct Full: Error {}

    private struct State: Sendable {
        var free: Int
        var waiting = CircularBuffer<CheckedContinuation<Void, any Error>>()
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

    /// - Throws: ``Full``, or what the body throws.
    func pass<Result: Sendable>(_ body: () async throws -> Result) async throws -> Result {
        try await enter()
        defer { leave() }
        return try await body()
    }

    private func enter() async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            let entry: Result<Void, any Error>? = state.withLock { state in
                if state.free > 0 {
                    state.free -= 1
                    return .success(())
                }
                guard state.waiting.count < waitingLimit else { return .failure(Full()) }
                state.waiting.append(continuation)
                return nil
            }
            if let entry { continuation.resume(with: entry) }
        }
    }

    private func leave() {
        let next = state.withLock { state -> CheckedContinuation<Void, any Error>? in
            guard !state.waiting.isEmpty else {
                state.free += 1
                return nil
            }
            return state.waiting.removeFirst()
        }
        next?.resume()
    }
}
