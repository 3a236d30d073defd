import ECGModel
import ECGStore
import ECGTriage

/// Opens a recording in the store and, where it goes on, brings its analyser to where the stored samples end.
struct RecordingOpening: Sendable {
    let store: any Store
    let table: TriageTable
    let parked: ParkedAnalyses
    let turnstile: Turnstile
    let now: @Sendable () -> Timestamp

    struct Opened: Sendable {
        var recording: StoredRecording
        /// Nil where the recording is closed: thousands of devices ask for their news when a link is back.
        var interpreter: RecordingInterpreter?
        /// What the interpreter found in the samples that are stored. Most of it is in the store already, committed before
        /// the samples were; what another table or version of the software did not find then is not.
        var found: [AlertProposal] = []
        /// The reading of a recording that is closed.
        var reading: MachineReading?
    }

    func open(_ header: RecordingHeader, device: String, clockOffset: Duration?) async throws -> Opened {
        let recording = try await store.openRecording(
            header, device: device, clockOffset: clockOffset, at: now())
        guard recording.status == .open else {
            return Opened(recording: recording, reading: try await store.reading(of: recording.id))
        }
        if let kept = parked.take(recording.id, sampleCount: recording.sampleCount) {
            return Opened(recording: recording, interpreter: kept)
        }
        guard recording.sampleCount > 0 else {
            return Opened(
                recording: recording,
                interpreter: try await RecordingInterpreter(for: recording, in: store, table: table))
        }
        // After an outage all wait: in the short ones an alert is still to be found, and they take milliseconds.
        let isShort = recording.sampleCount < IngestSession.urgentSamples(at: recording.header.samplingRate)
        return try await turnstile.pass(isUrgent: isShort) {
            // Made in here: an analyser takes 200 kB, and thousands of recordings may wait.
            var interpreter = try await RecordingInterpreter(for: recording, in: store, table: table)
            let found = try await interpreter.process(StoredWaveform(store: store, recording: recording))
            return Opened(recording: recording, interpreter: interpreter, found: found)
        }
    }
}
