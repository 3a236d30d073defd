import ECGModel
import Synchronization

/// The analysers of recordings whose connection was lost, kept for a while: a device that comes back soon goes on without its
/// recording being analysed from the beginning.
///
/// Only a help within one process: an analyser is used again only if exactly what it has seen is stored.
final class ParkedAnalyses: Sendable {
    /// A class: an interpreter is a value of kilobytes, and a table of them would be moved about with every entry.
    private final class Parked: Sendable {
        let analysis: Analysis
        let sampleCount: Int
        let since: Duration

        init(_ analysis: Analysis, sampleCount: Int, since: Duration) {
            self.analysis = analysis
            self.sampleCount = sampleCount
            self.since = since
        }
    }

    /// An analyser, and what it has found that nobody has submitted to the store.
    struct Analysis: Sendable {
        var interpreter: RecordingInterpreter
        var found: [AlertProposal] = []
    }

    private let limit: Int
    private let duration: Duration
    private let parked = Mutex<[RecordingID: Parked]>([:])

    init(limit: Int, duration: Duration) {
        self.limit = limit
        self.duration = duration
    }

    var count: Int { parked.withLock { $0.count } }

    /// Keeps an analyser that has seen the recording's first samples; where there are too many, the oldest goes.
    func keep(_ analysis: Analysis, of recording: RecordingID, sampleCount: Int, uptime: Duration) {
        let kept = Parked(analysis, sampleCount: sampleCount, since: uptime)
        parked.withLock { parked in
            if parked.count >= limit, parked[recording] == nil,
                let oldest = parked.min(by: { $0.value.since < $1.value.since })?.key
            {
                parked[oldest] = nil
            }
            parked[recording] = kept
        }
    }

    /// Takes out the recording's analyser if it has seen exactly `sampleCount` samples, of this very patient.
    func take(_ recording: RecordingID, sampleCount: Int, patient: Patient) -> Analysis? {
        parked.withLock { parked in
            guard let found = parked.removeValue(forKey: recording) else { return nil }
            let isSame = found.sampleCount == sampleCount && found.analysis.interpreter.patient == patient
            return isSame ? found.analysis : nil
        }
    }

    /// Lets go of those whose time is over.
    func expire(uptime: Duration) {
        parked.withLock { parked in parked = parked.filter { uptime - $0.value.since < duration } }
    }
}
