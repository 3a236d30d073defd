import Foundation
import Logging
import NIOCore
import NIOSSL
import ServiceLifecycle
import Synchronization

/// The certificate that new connections are shown, read again when its files change. Connections that are open keep the
/// one with which they began.
final class CertificateReload: Service {
    /// How often the files are looked at: renewals come weeks before the old certificate expires, and SIGHUP is there for
    /// who cannot wait.
    private static let interval = Duration.seconds(10)
    /// More than any chain or key takes; a wrong file must not be read into memory whole.
    private static let mostFileBytes = 1 << 20

    private struct State: Sendable {
        var current: ServerCertificate
        /// The files' contents when they were last read, whether they could be used or not.
        var seen: [Data?]
    }

    private let certificateFile: String
    private let privateKeyFile: String
    private let logger: Logger
    private let state: Mutex<State>
    /// One look at a time: of two at once each would take the change for its own, and the one that saw less might come last.
    private let looking = Mutex(())

    /// - Throws: ``CertificateError``.
    init(certificateFile: String, privateKeyFile: String, logger: Logger) throws {
        self.certificateFile = certificateFile
        self.privateKeyFile = privateKeyFile
        self.logger = logger
        let seen = Self.contents(certificateFile, privateKeyFile)
        let current = try ServerCertificate(certificateFile: certificateFile, privateKeyFile: privateKeyFile)
        state = Mutex(State(current: current, seen: seen))
    }

    var current: ServerCertificate { state.withLock { $0.current } }

    /// For servers that set up TLS by themselves: what is shown is always ``current``.
    var configuration: TLSConfiguration {
        var tls = current.configuration
        tls.sslContextCallback = { [self] _, promise in
            let configuration = current.configuration
            var override = NIOSSLContextConfigurationOverride()
            override.certificateChain = configuration.certificateChain
            override.privateKey = configuration.privateKey
            promise.succeed(override)
        }
        return tls
    }

    func run() async throws {
        try await repeatUntilShutdown("certificate reload", every: Self.interval, logger: logger) { [self] in reload() }
    }

    /// Reads the files if they have changed. Where they cannot be used the old certificate stays and the log says why.
    func reload() { looking.withLock { _ in look() } }

    private func look() {
        let seen = Self.contents(certificateFile, privateKeyFile)
        guard state.withLock({ $0.seen != seen }) else { return }
        do {
            let fresh = try ServerCertificate(certificateFile: certificateFile, privateKeyFile: privateKeyFile)
            state.withLock { $0 = State(current: fresh, seen: seen) }
            logger.notice("the certificate was changed", metadata: ["pin": "\(fresh.pin.hexadecimal)"])
        } catch {
            state.withLock { $0.seen = seen }
            logger.error("the new certificate cannot be used, the old one stays", metadata: ["error": "\(error)"])
        }
    }

    private static func contents(_ files: String...) -> [Data?] {
        files.map { file in
            guard let handle = FileHandle(forReadingAtPath: file) else { return nil }
            // What cannot be read counts as missing: loading it says why.
            return try? handle.read(upToCount: mostFileBytes)
        }
    }
}
