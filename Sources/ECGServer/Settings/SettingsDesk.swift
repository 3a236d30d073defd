public import ECGModel
public import ECGStore
import Foundation
public import Logging
public import ServiceLifecycle

/// Changes the site's settings, and keeps every version with who and when.
///
/// The file is what holds; the store has the history. A change in the console is checked, audited and kept as a version before
/// the file is written. A change of the file by somebody else becomes a version of its own, by nobody, as soon as it is seen.
/// A server that dies between a version and its file has not changed anything: the file is seen to differ at the next start,
/// and what it says is the newest version again.
public final class SettingsDesk: Service {
    /// A change of the file is noticed as soon as it takes effect, or a moment later.
    private static let interval = Duration.seconds(5)
    /// What the audit and the list of versions call the file.
    static let fileActor = "system"

    let file: SettingsFile
    private let store: any Store
    let now: @Sendable () -> Timestamp
    private let logger: Logger
    /// One change at a time: the history must not take the file before a change for a change.
    private let turnstile = Turnstile(places: 1, waiting: HTTPLimits.waitingChanges)

    public init(
        file: SettingsFile, store: any Store, now: @escaping @Sendable () -> Timestamp, logger: Logger
    ) {
        self.file = file
        self.store = store
        self.now = now
        self.logger = logger
    }

    public var settings: SiteSettings { file.settings }

    public func run() async throws {
        try await repeatUntilShutdown("history of the settings", every: Self.interval, logger: logger) {
            try await self.look()
        }
    }

    /// Keeps what the file says as a version, if it is not the newest already.
    public func look() async throws { try await turnstile.pass { _ = try await noteFile() } }

    /// The settings in force, with the version that they are.
    func current() async throws -> (edition: Int64, content: SettingsFile.Content) {
        try await turnstile.pass {
            file.reload()
            return (try await noteFile(), file.content)
        }
    }

    /// - Throws: ``EscalationPolicyError``.
    func check(_ document: JSONValue) throws { _ = try file.candidate(document) }

    /// - Parameters:
    ///   - edition: What the change began with.
    ///   - copyOf: The version that is brought back, if that is what it is.
    /// - Throws: ``EscalationPolicyError``, ``StoreError/settingsChanged(_:)``.
    func change(
        to document: JSONValue, after edition: Int64, copyOf: Int64? = nil, by user: String
    ) async throws -> Int64 {
        try await turnstile.pass {
            let candidate = try file.candidate(document)
            // What somebody wrote into the file meanwhile must not be lost.
            let newest = try await noteFile()
            guard newest == edition else { throw StoreError.settingsChanged(newest) }
            guard candidate.content.digest != file.content.digest else { return newest }
            let text = String(decoding: try candidate.content.settings.document.written, as: UTF8.self)
            let stored = try await store.addSettings(
                SettingsChange(document: text, digest: candidate.content.digest, changedBy: user, copyOf: copyOf),
                after: edition, at: now())
            try await audit(copyOf == nil ? "settings.change" : "settings.restore", by: user, stored)
            try file.replace(with: candidate.bytes)
            return stored.edition
        }
    }

    /// The newest version, which is what the file says.
    private func noteFile() async throws -> Int64 {
        let content = file.content
        let newest = try await store.newestSettings()
        if let newest, newest.digest == content.digest { return newest.edition }
        let text = String(decoding: try content.settings.document.written, as: UTF8.self)
        do {
            let stored = try await store.addSettings(
                SettingsChange(document: text, digest: content.digest), after: newest?.edition ?? 0, at: now())
            // The first is what the server was started with: nobody has changed anything.
            if newest != nil { try await audit("settings.file", by: Self.fileActor, stored) }
            return stored.edition
        } catch StoreError.settingsChanged(let edition) {
            // Another server has seen it too.
            return edition
        }
    }

    private func audit(_ action: String, by actor: String, _ stored: StoredSettings) async throws {
        let subject = stored.copyOf.map { "\(stored.edition) from \($0)" } ?? "\(stored.edition)"
        try await store.appendAudit(AuditEntry(at: now(), actor: actor, action: action, subject: subject))
    }
}
