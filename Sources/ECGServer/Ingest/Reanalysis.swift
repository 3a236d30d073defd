import ECGModel
import ECGStore
import ECGTriage
import Logging
import ServiceLifecycle
import Synchronization

/// Gives a machine reading to every recording that has none and will not get one by itself: closed ones whose verdict a
/// crash swallowed, and open ones that have gone silent. Those that stay silent are closed in the end, so that they are
/// kept and dropped like the others.
///
/// Analysis is a function of the stored samples, so reading a recording a second time by the same table can raise nothing
/// that was not to be raised the first time.
struct Reanalysis: Service {
    let store: any Store
    let tables: TriageTableBook
    let silence: Duration
    /// A recording that is open and silent for so long is closed as it is.
    let abandonment: Duration
    let now: @Sendable () -> Timestamp
    let uptime: @Sendable () -> Duration
    let poke: @Sendable () -> Void
    let logger: Logger

    /// How often silent recordings are looked for: a fraction of the shortest silence that may be configured.
    private static let interval = Duration.seconds(5)
    /// After so long it is looked anew for what has gone silent or closed meanwhile: where a cut line silences a county at once,
    /// to read all of it may take a quarter of an hour.
    private static let longestRound = Duration.seconds(20)

    private final class Memory: Sendable {
        let unreadable = Mutex<[String: String]>([:])
        let silence = Mutex(SilenceWatch())
        /// Since when the last that came of a recording was seen to lie ahead of the clock.
        let ahead = Mutex<[RecordingID: Duration]>([:])
        let failures = Mutex(FailedReadings())
    }
    private let memory = Memory()

    init(
        store: any Store, tables: TriageTableBook, silence: Duration, abandonment: Duration,
        now: @escaping @Sendable () -> Timestamp, uptime: @escaping @Sendable () -> Duration,
        poke: @escaping @Sendable () -> Void, logger: Logger
    ) {
        self.store = store
        self.tables = tables
        self.silence = silence
        self.abandonment = abandonment
        self.now = now
        self.uptime = uptime
        self.poke = poke
        self.logger = logger
    }

    func run() async throws {
        try await repeatUntilShutdown("reanalysis", every: Self.interval, logger: logger) {
            let problems = try await store.unreadableDays()
            let known = memory.unreadable.withLock { known in
                defer { known = problems }
                return known
            }
            for (day, problem) in problems.sorted(by: { $0.key < $1.key }) where known[day] != problem {
                logger.error(
                    "waveforms cannot be read, or not whole: recordings of that day have a reading of the rest, or none",
                    metadata: ["day": "\(day)", "problem": "\(problem)"])
            }
            // One that was silent before it was complete has a reading, but not its last.
            try await read(try await store.recordingsAwaitingReading(), because: "its verdict is missing") { _ in true }
            let time = now()
            let silent = try await store.recordingsSilent(since: time - silence)
            memory.silence.withLock { $0.look(at: silent, uptime: uptime()) }
            let ahead = try await silentAhead(of: time, besides: silent)
            try await read(silent + ahead, because: "it has gone silent") {
                // A device may have come back after the reading, and have gone silent again.
                $0.readingSampleCount != $0.sampleCount
            }
            let old = try await store.recordingsSilent(since: now() - abandonment)
            for id in old {
                let isAbandoned = memory.silence.withLock {
                    $0.isAbandoned(id, after: abandonment, uptime: uptime())
                }
                if isAbandoned { try await close(id) }
            }
        }
    }

    /// The silent recordings whose last sign a clock noted that was ahead then: by the clock as it is now they would have to wait
    /// for as long as it has been set back. Silence counts from when it was seen, since what comes in is noted rightly only
    /// with its next block.
    private func silentAhead(of time: Timestamp, besides silent: [RecordingID]) async throws -> [RecordingID] {
        let all = try await store.recordingsSilent(since: time - silence, until: time + Timestamp.widestServerClocks)
        let ahead = Set(all).subtracting(silent)
        let present = uptime()
        let since = memory.ahead.withLock { known in
            known = Dictionary(uniqueKeysWithValues: ahead.map { ($0, known[$0] ?? present) })
            return known
        }
        return all.filter { id in since[id].map { present - $0 >= silence } ?? false }
    }

    /// Closes what its device has abandoned, with the verdict on what has come. A device that comes back goes on with it.
    private func close(_ id: RecordingID) async throws {
        guard let recording = try await store.recording(id), recording.status == .open, mayTry(recording) else {
            return
        }
        do {
            let (reading, raised) = try await verdict(on: recording)
            let close = IngestChange.close(
                id, sampleCount: recording.sampleCount, isAbandoned: true, reading: reading, raising: raised)
            let result = try await store.commit([close], at: now())
            // Refused where the device has gone on meanwhile.
            guard case .stored? = result.first else { return }
            memory.failures.withLock { $0.succeeded(id) }
            try await store.appendAudit(
                AuditEntry(at: now(), actor: "system", action: "recording.abandoned", subject: "\(id)"))
            poke()
            logger.notice("an abandoned recording was closed", metadata: ["recording": "\(id)"])
        } catch let error as CancellationError {
            throw error
        } catch {
            failed(recording, "recording cannot be closed", error)
        }
    }

    private func verdict(on recording: StoredRecording) async throws -> (MachineReading, raised: [AlertProposal]) {
        var interpreter = try await RecordingInterpreter(for: recording, in: store, table: tables.current)
        let raised = try await interpreter.process(StoredWaveform(store: store, recording: recording))
        if interpreter.damagedSamples > 0 {
            logger.error(
                "stored samples cannot be read: the recording is read without them",
                metadata: ["recording": "\(recording.id)", "samples": "\(interpreter.damagedSamples)"])
        }
        let end = interpreter.finish()
        return (end.reading, raised + end.raised)
    }

    private func read(
        _ recordings: [RecordingID], because reason: String, where isDue: (StoredRecording) -> Bool
    ) async throws {
        let begin = uptime()
        // The newest first: its patient is still there, and if it is short its alerts may wait for this very reading.
        for id in recordings.reversed() where uptime() - begin < Self.longestRound {
            guard let recording = try await store.recording(id), isDue(recording), recording.hasWaveform,
                mayTry(recording)
            else { continue }
            do {
                let (reading, raised) = try await verdict(on: recording)
                let result = try await store.commit(
                    [.reading(id, reading, sampleCount: recording.sampleCount, raising: raised)], at: now())
                // Refused where the device has gone on meanwhile: what it closes is read then, and silence looked for anew.
                guard case .stored? = result.first else { continue }
                memory.failures.withLock { $0.succeeded(id) }
                poke()
                logger.info("recording read", metadata: ["recording": "\(id)", "reason": "\(reason)"])
            } catch let error as CancellationError {
                throw error
            } catch {
                // One unreadable recording must not keep the others from being read.
                failed(recording, "recording cannot be read", error)
            }
        }
    }

    private func mayTry(_ recording: StoredRecording) -> Bool {
        memory.failures.withLock {
            $0.mayTry(recording.id, sampleCount: recording.sampleCount, uptime: uptime())
        }
    }

    private func failed(_ recording: StoredRecording, _ message: Logger.Message, _ error: any Error) {
        let isNew = memory.failures.withLock {
            $0.failed(
                recording.id, sampleCount: recording.sampleCount, by: error is StoreError ? .store : .recording,
                uptime: uptime())
        }
        guard isNew else { return }
        logger.error(message, metadata: ["recording": "\(recording.id)", "error": "\(error)"])
    }
}
