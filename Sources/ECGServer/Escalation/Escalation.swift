import Crypto
public import ECGModel
public import ECGStore
import Foundation
public import Logging
public import NIOCore
public import ServiceLifecycle
import Synchronization

/// The ladder at work: climbs the rungs that are due, raises again what was not reported, says that nobody is there, and
/// carries the messages to their sinks until they have arrived or are given up.
///
/// What it knows is in the store, so that it goes on after any end: a rung is climbed in one transaction with the
/// messages that it plans, and a message is waiting there until its receiver has taken it. A server that dies between
/// the receiver's answer and the store's sends the message again under the same key. Several servers share the work; a
/// message that one of them has in hand is left alone by the others for as long as an attempt may take. One that stops gives
/// back what it has in hand.
public final class Escalation: Service {
    /// How late a rung may be.
    static let interval = Duration.seconds(1)
    /// How often the presence of readers is written down, and metrics are brought up to date.
    private static let watchInterval = Duration.seconds(5)
    /// What an attempt may take beyond its time-out before it counts as lost.
    private static let grace = Duration.seconds(15)

    let store: any Store
    private let feed: AlertFeed
    let settings: SettingsFile
    let presence: ReaderPresence
    private let metrics: EscalationMetrics
    private let group: any EventLoopGroup
    let now: @Sendable () -> Timestamp
    private let uptime: @Sendable () -> Duration
    private let logger: Logger
    private let isAlone: Bool
    /// From when this server can say that nobody is there: readers of one that starts anew need a moment to come back.
    private let startedAt: (time: Timestamp, uptime: Duration)
    /// How long alerts have waited: a clock that is set must neither switch their ladders off nor hold them up.
    private let alertAges = Mutex(KnownAges<AlertID>())
    /// How long hospitals' last readers have been gone.
    private let absences = Mutex(KnownAges<String>())
    /// Deliveries that this process has in hand, by sink.
    private let inHand = Mutex<[String: Set<Int64>]>([:])
    /// The rungs of each hospital's present absence that were climbed, so far as this process knows.
    private let toldOfAbsence = Mutex<[String: (round: Int64, rungs: Set<EscalationPolicy.Rung>)]>([:])

    /// - Parameter isAlone: Whether no other server can be running over the store, so that what is in hand there was left
    ///   behind by one that is gone.
    public init(
        store: any Store, feed: AlertFeed, settings: SettingsFile, presence: ReaderPresence,
        metrics: EscalationMetrics, group: any EventLoopGroup, now: @escaping @Sendable () -> Timestamp,
        uptime: @escaping @Sendable () -> Duration = { Uptime.now() }, isAlone: Bool = false, logger: Logger
    ) {
        self.store = store
        self.feed = feed
        self.settings = settings
        self.presence = presence
        self.metrics = metrics
        self.group = group
        self.now = now
        self.uptime = uptime
        self.isAlone = isAlone
        self.logger = logger
        startedAt = (now(), uptime())
    }

    public func run() async throws {
        let site = settings.settings
        logger.notice(
            "the ladder goes by the site's clocks",
            metadata: [
                "timeZone": "\(site.ladder.timeZone)", "localTime": "\(site.calendar.clocks(at: now()))",
            ])
        try await withThrowingTaskGroup { tasks in
            tasks.addTask { [self] in
                try await repeatUntilShutdown("escalation", every: Self.interval, logger: logger) {
                    try await self.climb()
                }
            }
            tasks.addTask { [self] in
                try await repeatUntilShutdown("readers", every: Self.watchInterval, logger: logger) {
                    try await self.watch()
                }
            }
            tasks.addTask { [self] in
                await takeOver()
                await cancelWhenGracefulShutdown {
                    await withDiscardingTaskGroup { attempts in
                        while !Task.isCancelled {
                            for attempt in await self.claim() { attempts.addTask { await self.carryOut(attempt) } }
                            // Cancelled, the loop ends at its head.
                            try? await Task.sleep(for: Self.interval)
                        }
                    }
                }
            }
            try await tasks.waitForAll()
        }
    }

    /// Does everything that is due by now, and waits until every attempt has ended.
    public func look() async throws {
        try await watch()
        try await climb()
        await withDiscardingTaskGroup { attempts in
            for attempt in await claim() { attempts.addTask { await self.carryOut(attempt) } }
        }
    }

    // MARK: Climbing

    private func climb() async throws {
        let policy = settings.policy
        var hasChanged = false
        let entries = try await store.ladder()
        alertAges.withLock { $0.keep(entries.map(\.alert)) }
        for entry in entries {
            let age = alertAges.withLock {
                $0.age(of: entry.alert, since: entry.waitsSince, at: now(), uptime: uptime())
            }
            for step in policy.due(for: entry, at: entry.waitsSince + age) {
                switch step {
                case .climb(let rung, let name):
                    let subject = LadderSubject.alert(entry.alert, round: entry.round)
                    guard try await climb(rung, as: name, of: subject, beganAt: entry.roundBeganAt) else { continue }
                    hasChanged = true
                case .raiseAgain(let answeredBefore):
                    let alert = try await store.advanceAlert(
                        entry.alert, by: .raisedAgain(answeredBefore: answeredBefore), user: nil, at: now())
                    // A report may have come meanwhile.
                    guard alert.state == .raised else { continue }
                    metrics.raisedAgain(entry.priority)
                    hasChanged = true
                    logger.notice(
                        "acknowledged and not reported in time: raised again", metadata: ["alert": "\(entry.alert)"])
                }
            }
        }
        try await tellOfAbsence(policy)
        if hasChanged { feed.poke() }
    }

    private func climb(
        _ rung: EscalationPolicy.Rung, as name: String, of subject: LadderSubject, beganAt: Timestamp
    ) async throws -> Bool {
        let keys = rung.sinks.map { ($0, Self.key(subject, beganAt: beganAt, rung: name, sink: $0)) }
        let climbed = ClimbedRung(
            subject: subject, name: name, who: rung.who, keys: Dictionary(uniqueKeysWithValues: keys))
        guard try await store.climb(climbed, at: now()) else { return false }
        logger.notice(
            "the ladder's next is told",
            metadata: [
                "alert": "\(subject.alert.map { "\($0)" } ?? "nobody there: \(subject.hospital ?? "")")",
                "rung": "\(name)",
                "sinks": "\(rung.sinks.joined(separator: ", "))",
            ])
        return true
    }

    /// The same for every attempt and every server, and another one for everything else, even after the data folder was
    /// emptied: a receiver that remembers a key for years must not take a new alert for an old one.
    static func key(_ subject: LadderSubject, beganAt: Timestamp, rung: String, sink: String) -> String {
        let parts = [
            subject.alert.map { "\($0)" } ?? "nobody-there \(subject.hospital ?? "")", "\(subject.round)",
            "\(beganAt.microsecondsSince1970)",
            rung, sink,
        ]
        return Array(SHA256.hash(data: Data(parts.joined(separator: "|").utf8)).prefix(16)).hexadecimal
    }

    // MARK: Whether anybody is there

    /// Since when no reader has been there for a hospital, so far as that may be told; nil while one is.
    public func nobodyThereSince(for hospital: String) async throws -> Timestamp? {
        guard !presence.isAnybody(for: hospital) else { return nil }
        let mostKnown = uptime() - startedAt.uptime
        guard let last = try await store.lastReaderPresence(for: hospital) else { return now() - mostKnown }
        let age = absences.withLock { $0.age(of: hospital, since: last, at: now(), uptime: uptime()) }
        // A reader of another server counts until that server has missed two turns.
        guard age >= Self.watchInterval * 2 else { return nil }
        return now() - min(age, mostKnown)
    }

    private func tellOfAbsence(_ policy: EscalationPolicy) async throws {
        for hospital in policy.hospitals { try await tellOfAbsence(at: hospital, policy) }
    }

    private func tellOfAbsence(at hospital: EscalationPolicy.Hospital, _ policy: EscalationPolicy) async throws {
        guard let since = try await nobodyThereSince(for: hospital.name) else { return }
        let last = try await store.lastReaderPresence(for: hospital.name) ?? startedAt.time
        for rung in policy.dueForAbsence(of: hospital, since: since, at: now()) {
            let subject = LadderSubject.nobodyThere(hospital: hospital.name, since: last)
            // The store is asked once: it would be written to every second of a long absence.
            let isNew = toldOfAbsence.withLock { told in
                if told[hospital.name]?.round != subject.round { told[hospital.name] = (subject.round, []) }
                return told[hospital.name]?.rungs.contains(rung) == false
            }
            guard isNew else { continue }
            let isClimbed = try await climb(rung, as: rung.name, of: subject, beganAt: last)
            toldOfAbsence.withLock { _ = $0[hospital.name]?.rungs.insert(rung) }
            guard isClimbed else { continue }
            try await store.appendAudit(
                AuditEntry(
                    at: now(), actor: "system", action: "readers.absent", subject: "\(hospital.name) \(rung.name)"))
        }
    }

    private func watch() async throws {
        try await store.noteReaders(of: presence.hospitals, presentAt: now())
        let policy = settings.policy
        var absences: [String: Duration] = [:]
        for hospital in policy.hospitals {
            absences[hospital.name] = try await nobodyThereSince(for: hospital.name).map { now() - $0 } ?? .zero
        }
        metrics.record(readers: presence.count, absences: absences, isPolicyValid: settings.problem == nil)
        metrics.record(try await sinkStatus(policy), at: now())
    }

    // MARK: Delivering

    /// Takes up what a server that died had in hand.
    private func takeOver() async {
        guard isAlone else { return }
        do {
            try await store.releaseDeliveries(at: now())
        } catch {
            logger.error(
                "what the last server had in hand waits until its attempts count as lost",
                metadata: ["error": "\(error)"])
        }
    }

    private struct Attempt: Sendable {
        var delivery: Delivery
        var settings: SinkSettings
        var policy: EscalationPolicy
    }

    /// Takes what is due in hand; what is given up or withdrawn is counted.
    private func claim() async -> [Attempt] {
        do {
            var attempts: [Attempt] = []
            for sink in try await store.dueSinks(at: now()).sorted() {
                attempts += try await claim(sink)
            }
            return attempts
        } catch is CancellationError {
            return []
        } catch {
            logger.error("deliveries put off", metadata: ["error": "\(error)"])
            return []
        }
    }

    private func claim(_ sink: String) async throws -> [Attempt] {
        let (policy, problem) = settings.inForce
        let known = policy.sinks[sink]
        // Nobody knows what sinks a policy has that cannot be read: what waits for them waits on.
        guard known != nil || problem == nil else { return [] }
        let busy = inHand.withLock { $0[sink]?.count ?? 0 }
        let free = EscalationLimits.atOncePerSink - busy
        guard free > 0 else { return [] }
        let time = now()
        let until = time + .seconds(known?.timeoutSeconds ?? 0) + Self.grace
        // A sink that the policy no longer has is never tried again, and that is shown.
        let claimed = try await store.claimDeliveries(
            to: sink, limit: free, keptForHigh: EscalationLimits.atOnceForHigh, attempts: known?.attempts ?? 0,
            until: until, at: time)
        var attempts: [Attempt] = []
        var hasChanged = false
        for delivery in claimed {
            switch delivery.state {
            case .waiting:
                guard let known, inHand.withLock({ $0[sink, default: []].insert(delivery.id).inserted }) else {
                    continue
                }
                attempts.append(Attempt(delivery: delivery, settings: known, policy: policy))
            case .undelivered:
                metrics.count(sink, .undelivered)
                hasChanged = true
            case .withdrawn: metrics.count(sink, .withdrawn)
            case .delivered: break
            }
        }
        if hasChanged { feed.poke() }
        return attempts
    }

    private enum Outcome: Sendable {
        case arrived
        case failed(SinkFailure)
        /// The server ends: what became of the message is not known.
        case brokenOff
    }

    private func carryOut(_ attempt: Attempt) async {
        let delivery = attempt.delivery
        defer { inHand.withLock { _ = $0[delivery.sink]?.remove(delivery.id) } }
        let outcome = await outcome(of: attempt)
        do {
            // In a task of its own: what ends the attempt must not keep the store from hearing of it.
            try await Task { try await note(outcome, of: attempt) }.value
        } catch {
            // The message is sent again when its time in hand is over.
            logger.error(
                "what became of a delivery cannot be stored",
                metadata: ["sink": "\(delivery.sink)", "error": "\(error)"])
        }
    }

    private func outcome(of attempt: Attempt) async -> Outcome {
        do {
            let message = try await message(of: attempt)
            try await attempt.settings.sink(group: group, now: now).send(message)
            return .arrived
        } catch {
            guard !Task.isCancelled, !(error is CancellationError) else { return .brokenOff }
            return .failed(error as? SinkFailure ?? SinkFailure(Self.words(for: error)))
        }
    }

    private func note(_ outcome: Outcome, of attempt: Attempt) async throws {
        switch outcome {
        case .arrived:
            try await store.confirmDelivery(attempt.delivery.id, at: now())
            metrics.count(attempt.delivery.sink, .delivered)
            feed.poke()
        case .failed(let failure): try await fail(attempt, because: failure)
        // For the next start, at once.
        case .brokenOff: try await store.releaseDelivery(attempt.delivery, at: now())
        }
    }

    /// An error that nobody foresaw: its kind, and not its text, which may hold the message's.
    private static func words(for error: any Error) -> String {
        "the attempt failed: \(type(of: error))"
    }

    private func fail(_ attempt: Attempt, because failure: SinkFailure) async throws {
        let delivery = attempt.delivery
        let isLast = delivery.attempts >= attempt.settings.attempts
        let retryAt = isLast ? nil : now() + EscalationLimits.pause(after: delivery.attempts)
        try await store.failDelivery(delivery.id, problem: failure.description, retryAt: retryAt, at: now())
        metrics.count(delivery.sink, .failed)
        if isLast { metrics.count(delivery.sink, .undelivered) }
        feed.poke()
        logger.log(
            level: isLast ? .error : .warning, isLast ? "a message is given up" : "a message did not arrive",
            metadata: [
                "sink": "\(delivery.sink)", "delivery": "\(delivery.id)", "attempts": "\(delivery.attempts)",
                "problem": "\(failure)", "detail": "\(failure.detail ?? "")",
            ])
    }

    private func message(of attempt: Attempt) async throws -> EscalationMessage {
        let delivery = attempt.delivery
        switch delivery.subject {
        case .nobodyThere(let hospital, let since):
            return EscalationMessage(delivery, nobodyThereAt: hospital, since: since, policy: attempt.policy)
        case .alert(let id, _):
            guard let alert = try await store.alert(id) else { throw StoreError.unknownAlert(id) }
            return EscalationMessage(
                delivery, alert: alert, recording: try await store.recording(alert.recording), policy: attempt.policy,
                content: attempt.settings.content)
        }
    }
}
