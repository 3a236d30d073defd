import Logging
import ServiceLifecycle

/// Does work at once and then after every pause, until the server shuts down; being interrupted by that is no error.
///
/// A store or a file that cannot be used for a while (a full disk, a lock) must not end the server, which goes on receiving and
/// refuses only what it cannot keep: such an error is logged and the work tried again after the pause.
func repeatUntilShutdown(
    _ task: String, every pause: Duration, logger: Logger, _ work: @escaping @Sendable () async throws -> Void
) async throws {
    do {
        try await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await work()
                } catch let error as CancellationError {
                    throw error
                } catch {
                    logger.error("work put off", metadata: ["task": "\(task)", "error": "\(error)"])
                }
                try await Task.sleep(for: pause)
            }
        }
    } catch is CancellationError {
        return
    }
}
