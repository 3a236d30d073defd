import Dispatch
import Testing

/// Runs tests that do nothing but compute on threads beside Swift's own, which has one for each core: what computes there for
/// seconds holds up every step of all other tests as long.
struct OwnThreads: SuiteTrait, TestTrait, TestScoping {
    var isRecursive: Bool { true }

    @concurrent func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        try await withTaskExecutorPreference(ComputingThreads.shared) { try await function() }
    }
}

extension Trait where Self == OwnThreads {
    static var ownThreads: Self { Self() }
}

private final class ComputingThreads: TaskExecutor {
    static let shared = ComputingThreads()

    private let queue = DispatchQueue(label: "tests that compute", attributes: .concurrent)

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
