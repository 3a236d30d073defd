import ECGModel

/// The recordings that could not be analysed: each is tried again after a pause that grows, or once more of it has come. A
/// value without clock or I/O.
///
/// What is damaged is not mended by looking at it every few seconds, and an hour's ECG is decoded from its start each time.
struct FailedReadings: Sendable {
    private struct Failure: Sendable {
        var sampleCount: Int
        var attempts = 0
        var retryAt: Duration
    }

    /// Why one could not be analysed.
    enum Cause {
        /// What is stored of it: nothing mends that but somebody who restores a file.
        case recording
        /// The store as a whole: once it is back, what waits may hold an alert.
        case store

        fileprivate var longestPause: Duration {
            switch self {
            case .recording: .hours(1)
            case .store: .seconds(30)
            }
        }
    }

    private static let firstPause = Duration.seconds(10)

    private var failures: [RecordingID: Failure] = [:]

    func mayTry(_ id: RecordingID, sampleCount: Int, uptime: Duration) -> Bool {
        guard let failure = failures[id], failure.sampleCount == sampleCount else { return true }
        return failure.retryAt <= uptime
    }

    /// - Returns: whether it is the first failure with what is stored now, which is worth a line in the log.
    mutating func failed(_ id: RecordingID, sampleCount: Int, by cause: Cause, uptime: Duration) -> Bool {
        // Nobody has asked for these any more: they were dropped, or read by another server.
        failures = failures.filter { uptime < $0.value.retryAt + Cause.recording.longestPause }
        var failure = Failure(sampleCount: sampleCount, retryAt: uptime)
        if let known = failures[id], known.sampleCount == sampleCount { failure = known }
        failure.attempts += 1
        let doublings = min(failure.attempts - 1, 16)
        failure.retryAt = uptime + min(Self.firstPause * (1 << doublings), cause.longestPause)
        failures[id] = failure
        return failure.attempts == 1
    }

    mutating func succeeded(_ id: RecordingID) { failures[id] = nil }
}
