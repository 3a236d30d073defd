import Crypto
import Foundation
public import Logging
public import ServiceLifecycle
import Synchronization

/// The site's settings as `escalation.json` in the data folder writes them, read again when the file changes; what the server
/// was started with where there is no file.
///
/// A file that was there and is gone is one that cannot be used, until it is back or the server starts without it: an editor
/// that writes it anew leaves a moment without, in which nobody's pager is to be forgotten.
///
/// A file that cannot be used changes nothing: the settings that hold go on to hold (at a start those without a file, since a
/// server that takes no ECG would be worse), the log says what is wrong, and so do the console and the metrics.
public final class SettingsFile: Service {
    /// Whoever has saved the file sees within a few breaths whether it was understood; a look costs one small read.
    private static let interval = Duration.seconds(5)
    public static let fileName = "escalation.json"

    /// What the file says, checked.
    struct Content: Hashable {
        var settings: SiteSettings
        /// As the file writes them: the console neither shows nor changes them.
        var sinks: JSONValue?
        /// Differs where anything differs that was decided.
        var digest: String
    }

    /// The file as it was when it was looked at.
    private enum Found: Hashable {
        case missing, removed, unreadable
        /// One byte more than allowed where it is too long.
        case bytes(Data)
    }

    private struct State {
        var content: Content
        var problem: (any Error)?
        var seen = Found.missing
        /// Whether there was ever a file to be removed: one that could not be read for a moment, since the process had no
        /// descriptor left, need never have been there.
        var hasBeenRead = false
    }

    private let folder: URL
    private let standard: SiteSettings
    private let logger: Logger
    private let state: Mutex<State>
    /// One look at a time: of two at once the one that saw the older file could come last.
    private let looking = Mutex(())

    private var file: URL { folder.appending(path: Self.fileName) }

    /// - Parameter standard: What holds where the file says nothing.
    public init(dataFolder: String, standard: SiteSettings = SiteSettings(), logger: Logger) throws {
        folder = URL(filePath: dataFolder, directoryHint: .isDirectory)
        self.standard = standard
        self.logger = logger
        state = Mutex(State(content: try Self.content(standard, sinks: nil)))
        reload()
    }

    public var settings: SiteSettings { state.withLock { $0.content.settings } }
    public var policy: EscalationPolicy { settings.ladder }

    /// Why the file as it is now has not taken effect; nil where it has.
    public var problem: String? { state.withLock { $0.problem.map { "\($0)" } } }

    /// The same in parts.
    var refusal: Refusal? { state.withLock { ($0.problem as? EscalationPolicyError)?.refusal } }

    var content: Content { state.withLock { $0.content } }

    /// The policy and the problem, as they were at one moment.
    var inForce: (policy: EscalationPolicy, problem: String?) {
        state.withLock { ($0.content.settings.ladder, $0.problem.map { "\($0)" }) }
    }

    public func run() async throws {
        try await repeatUntilShutdown("escalation settings", every: Self.interval, logger: logger) { [self] in reload()
        }
    }

    /// Reads the file if it has changed.
    public func reload() { looking.withLock { _ in look() } }

    private func look() {
        let found = Self.contents(of: file)
        let (fresh, isKnown) = state.withLock { state in
            if case .bytes = found { state.hasBeenRead = true }
            let fresh = found == .missing && state.hasBeenRead ? .removed : found
            defer { state.seen = fresh }
            return (fresh, state.seen == fresh && state.problem == nil)
        }
        guard !isKnown else { return }
        do {
            let content = try content(of: fresh)
            let isNew = state.withLock { state in
                defer {
                    state.content = content
                    state.problem = nil
                }
                return state.content != content || state.problem != nil
            }
            if isNew { logger.notice("the site's settings were changed", metadata: ["file": "\(file.path)"]) }
        } catch {
            let isNew = state.withLock { state in
                defer { state.problem = error }
                return state.problem.map { "\($0)" } != "\(error)"
            }
            guard isNew else { return }
            logger.error(
                "the site's settings cannot be used, those before stay",
                metadata: ["file": "\(file.path)", "error": "\(error)"])
        }
    }

    // MARK: Changing

    /// What the file would say with these settings and the sinks that it has.
    ///
    /// - Throws: ``EscalationPolicyError`` where they cannot be used, or where the file cannot be used as it stands: what
    ///   somebody is changing there would be lost.
    func candidate(_ document: JSONValue) throws -> (content: Content, bytes: Data) {
        reload()
        let (sinks, problem) = state.withLock { ($0.content.sinks, $0.problem) }
        if let problem {
            throw EscalationPolicyError(
                "", "file-broken", "\(Self.fileName) on the server has to be mended first: \(problem)",
                ["file": Self.fileName])
        }
        guard document["sinks"] == nil else {
            throw EscalationPolicyError(
                "sinks", "set-on-server", "these are set in \(Self.fileName) on the server only",
                ["file": Self.fileName])
        }
        var whole = document
        whole["sinks"] = sinks
        // As it was understood: what is kept is what holds.
        let settings = try SiteSettings(whole, folder: folder, standard: standard)
        let content = try Self.content(settings, sinks: sinks)
        var written = settings.document
        written["sinks"] = sinks
        let bytes = try written.written + Data("\n".utf8)
        guard bytes.count <= EscalationLimits.fileBytes else {
            throw EscalationPolicyError(
                "", "settings-too-long", "the settings have more than \(EscalationLimits.fileBytes) bytes",
                ["most": "\(EscalationLimits.fileBytes)"])
        }
        return (content, bytes)
    }

    /// Puts bytes in the file's place, durably and at once, and takes them live.
    func replace(with bytes: Data) throws {
        let permissions = try? FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int
        // Addresses and programs stand in it: where it is new, it is the server's own.
        try DurableFile.replace(file.path, with: bytes, permissions: permissions ?? 0o600)
        reload()
    }

    // MARK: Reading

    private func content(of found: Found) throws -> Content {
        let data: Data
        switch found {
        case .missing: return try Self.content(standard, sinks: nil)
        case .removed:
            throw EscalationPolicyError(
                "", "file-removed", "\(Self.fileName) was removed: put it back, or restart the server to go without",
                ["file": Self.fileName])
        case .unreadable:
            throw EscalationPolicyError(
                "", "file-unreadable",
                "\(Self.fileName) cannot be read: check that it is a file and that the server may read it",
                ["file": Self.fileName])
        case .bytes(let bytes): data = bytes
        }
        guard data.count <= EscalationLimits.fileBytes else {
            throw EscalationPolicyError(
                "", "settings-too-long", "\(Self.fileName) has more than \(EscalationLimits.fileBytes) bytes",
                ["most": "\(EscalationLimits.fileBytes)"])
        }
        let value = try JSONValue(json: data)
        return try Self.content(
            try SiteSettings(value, folder: folder, standard: standard), sinks: value["sinks"])
    }

    private static func content(_ settings: SiteSettings, sinks: JSONValue?) throws -> Content {
        var whole = settings.document
        whole["sinks"] = sinks
        let digest = Array(SHA256.hash(data: try whole.written)).hexadecimal
        return Content(settings: settings, sinks: sinks, digest: digest)
    }

    private static func contents(of file: URL) -> Found {
        let descriptor = open(file.path, O_RDONLY | O_CLOEXEC)
        // Only what the system says is not there: in a folder that cannot be looked into there may be one.
        guard descriptor >= 0 else { return errno == ENOENT ? .missing : .unreadable }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        do {
            return .bytes(try handle.read(upToCount: EscalationLimits.fileBytes + 1) ?? Data())
        } catch {
            return .unreadable
        }
    }
}
