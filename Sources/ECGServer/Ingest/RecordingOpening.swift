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
    let uptime: @Sendable () -> Duration

    /// The connection that asked has gone.
    struct NobodyWaits: Error {}

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

    /// - Throws: ``NobodyWaits`` where `ticket` was withdrawn before the analysis began, or while it went on: then it is kept for
    ///   the connection that asks next. On a link that comes and goes an opening would never end otherwise, and the
    ///   analyses for connections that are gone would keep everybody else waiting.
    func open(
        _ header: RecordingHeader, device: String, clockOffset: Duration?, ticket: OpeningTicket
    ) async throws -> Opened {
        let recording = try await store.openRecording(
            header, device: device, clockOffset: clockOffset, at: now())
        guard recording.status == .open else {
            return Opened(recording: recording, reading: try await store.reading(of: recording.id))
        }
        if let kept = parked(recording) { return kept }
        guard recording.sampleCount > 0 else {
            return Opened(
                recording: recording,
                interpreter: try await RecordingInterpreter(for: recording, in: store, table: table))
        }
        // After an outage all wait: in the short ones an alert is still to be found, and they take milliseconds.
        return try await turnstile.pass(effort: recording.sampleCount) {
            guard ticket.isAwaited else { throw NobodyWaits() }
            // Another connection's opening may have come to its end meanwhile.
            if let kept = parked(recording) { return kept }
            // Made in here: an analyser takes 200 kB, and thousands of recordings may wait.
            var interpreter = try await RecordingInterpreter(for: recording, in: store, table: table)
            let found = try await interpreter.process(StoredWaveform(store: store, recording: recording))
            guard ticket.isAwaited else {
                parked.keep(
                    .init(interpreter: interpreter, found: found), of: recording.id,
                    sampleCount: recording.sampleCount, uptime: uptime())
                throw NobodyWaits()
            }
            return Opened(recording: recording, interpreter: interpreter, found: found)
        }
    }

    private func parked(_ recording: StoredRecording) -> Opened? {
        let kept = parked.take(
            recording.id, sampleCount: recording.sampleCount, patient: recording.header.patient)
        return kept.map { Opened(recording: recording, interpreter: $0.interpreter, found: $0.found) }
    }
}
