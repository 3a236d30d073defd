import ECGStore
import Metrics

extension ServerMetrics {
    /// Records what one durable transaction cost.
    func record(_ batch: GroupCommitter.Batch) {
        commitBatch.record(batch.changes)
        commitDuration.record(duration: batch.duration)
        let failures = batch.isCommitted ? batch.attempts - 1 : batch.attempts
        if failures > 0 { commitFailures.increment(by: failures) }
    }
}
