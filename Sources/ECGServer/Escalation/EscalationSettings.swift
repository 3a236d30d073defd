import Foundation
public import Logging
public import ServiceLifecycle
import Synchronization

/// The policy of `escalation.json` in the data folder, read again when the file changes; the built-in one where there is
/// no file.
///
/// A file that cannot be used changes nothing: the policy that holds goes on to hold (at a start the built-in one, since a
/// server that takes no ECG would be worse), the log says what is wrong, and so do the console and the metrics.
public final class EscalationSettings: Service {
    /// Whoever has saved the file sees within a few breaths whether it was understood; a look costs one small read.
    private static let interval = Duration.seconds(5)
    public static let fileName = "escalation.json"

    /// The file as it was when it was looked at.
    private enum Contents: Hashable {
        case missing, unreadable
        /// One byte more than allowed where it is too long.
        case bytes(Data)
    }

    private struct State {
        var policy: EscalationPolicy
        var problem: String?
        var seen = Contents.missing
    }

    private let folder: URL
    private let logger: Logger
    private let state: Mutex<State>

    public init(dataFolder: String, logger: Logger) {
        folder = URL(filePath: dataFolder, directoryHint: .isDirectory)
        self.logger = logger
        state = Mutex(State(policy: .standard))
        reload()
    }

    public var policy: EscalationPolicy { state.withLock { $0.policy } }

    /// Why the file as it is now has not taken effect; nil where it has.
    public var problem: String? { state.withLock { $0.problem } }

    /// Both, as they were at one moment.
    var inForce: (policy: EscalationPolicy, problem: String?) { state.withLock { ($0.policy, $0.problem) } }

    public func run() async throws {
        try await repeatUntilShutdown("escalation settings", every: Self.interval, logger: logger) { [self] in reload()
        }
    }

    /// Reads the file if it has changed.
    public func reload() {
        let file = folder.appending(path: Self.fileName)
        let fresh = Self.contents(of: file)
        let isKnown = state.withLock { state in
            defer { state.seen = fresh }
            return state.seen == fresh && state.problem == nil
        }
        guard !isKnown else { return }
        do {
            let policy = try Self.policy(fresh, file: file, folder: folder)
            let isNew = state.withLock { state in
                defer {
                    state.policy = policy
                    state.problem = nil
                }
                return state.policy != policy || state.problem != nil
            }
            if isNew { logger.notice("the escalation policy was changed", metadata: ["file": "\(file.path)"]) }
        } catch {
            let isNew = state.withLock { state in
                defer { state.problem = "\(error)" }
                return state.problem != "\(error)"
            }
            guard isNew else { return }
            logger.error(
                "the escalation policy cannot be used, the one before it stays",
                metadata: ["file": "\(file.path)", "error": "\(error)"])
        }
    }

    private static func contents(of file: URL) -> Contents {
        guard FileManager.default.fileExists(atPath: file.path) else { return .missing }
        guard let handle = FileHandle(forReadingAtPath: file.path) else { return .unreadable }
        do {
            return .bytes(try handle.read(upToCount: EscalationLimits.fileBytes + 1) ?? Data())
        } catch {
            return .unreadable
        }
    }

    private static func policy(_ contents: Contents, file: URL, folder: URL) throws -> EscalationPolicy {
        let data: Data
        switch contents {
        case .missing: return .standard
        case .unreadable:
            throw EscalationPolicyError(
                "", "\(file.path) cannot be read: check that it is a file and that the server may read it")
        case .bytes(let bytes): data = bytes
        }
        guard data.count <= EscalationLimits.fileBytes else {
            throw EscalationPolicyError("", "\(fileName) has more than \(EscalationLimits.fileBytes) bytes")
        }
        return try EscalationPolicy(json: data, folder: folder)
    }
}
