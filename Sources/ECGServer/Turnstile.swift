import NIOCore
import Synchronization

/// Lets so many tasks do something at a time; so many others wait in order, the urgent ones before the rest, and more are
/// turned away.
final class Turnstile: Sendable {
    /// Too many wait already.
    struct Full: Error {}

    private struct State: Sendable {
        var free: Int
        var urgent = CircularBuffer<CheckedContinuation<Void, any Error>>()
        var others = CircularBuffer<CheckedContinuation<Void, any Error>>()

        var waitingCount: Int { urgent.count + others.count }
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
    var waitingCount: Int { state.withLock { $0.waitingCount } }

    /// - Parameter isUrgent: before all that wait and are not.
    /// - Throws: ``Full``, or what the body throws.
    func pass<Result: Sendable>(isUrgent: Bool = false, _ body: () async throws -> Result) async throws -> Result {
        try await enter(isUrgent: isUrgent)
        defer { leave() }
        return try await body()
    }

    private func enter(isUrgent: Bool) async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            let entry: Result<Void, any Error>? = state.withLock { state in
                if state.free > 0 {
                    state.free -= 1
                    return .success(())
                }
                guard state.waitingCount < waitingLimit else { return .failure(Full()) }
                if isUrgent { state.urgent.append(continuation) } else { state.others.append(continuation) }
                return nil
            }
            if let entry { continuation.resume(with: entry) }
        }
    }

    private func leave() {
        let next = state.withLock { state -> CheckedContinuation<Void, any Error>? in
            if let next = state.urgent.popFirst() ?? state.others.popFirst() { return next }
            state.free += 1
            return nil
        }
        next?.resume()
    }
}
