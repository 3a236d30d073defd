import ECGDevice
import ECGModel
import ECGServer
import ECGStore
import ECGWire
import Foundation
import Synchronization

/// A site of the bench's own: a data folder that lasts as long as the bench, with registered devices, a reader and a
/// server process on free loopback ports.
final class BenchSite: Sendable {
    let ingest: NetworkAddress
    let http: NetworkAddress
    let readerToken: BearerToken
    /// Of readers of their own each.
    let screenTokens: [BearerToken]
    private let folder: URL
    private let process = Mutex<Process?>(nil)

    private static let reader = "bench-reader"

    private var dataFolder: String { folder.appending(path: "data").path }
    private var log: URL { folder.appending(path: "server.log") }

    /// - Parameters:
    ///   - parent: where the data folder is made, on the disk that is to be measured.
    ///   - screens: how many readers there are beside the one who measures.
    init(in parent: String, screens: Int = 0) throws {
        screenTokens = (0..<screens).map { _ in BearerToken() }
        folder = URL(filePath: parent).appending(path: "ecgnet-bench-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let ports = try FreePorts.take(2)
        ingest = .init(host: "127.0.0.1", port: ports[0])
        http = .init(host: "127.0.0.1", port: ports[1])
        readerToken = BearerToken()
    }

    /// Registers so many devices and the readers who watch the queue.
    func register(devices: Int) async throws -> [DeviceIdentity] {
        try await withStore { store in
            let now = WallClock.now()
            let accounts = UserAccounts(store: store, hasher: PasswordHasher())
            let screens = self.screenTokens.enumerated().map { ("\(Self.reader)-\($0)", $1) }
            for (name, token) in [(Self.reader, self.readerToken)] + screens {
                try await accounts.add(name: name, role: .cardiologist, password: nil, at: now)
                try await store.addToken(
                    AccessToken(
                        digest: token.digest, user: name, purpose: .session, addedAt: now,
                        expiresAt: now + AccessControl.sessionDuration))
            }
            var identities: [DeviceIdentity] = []
            for number in 0..<devices {
                let identity = DeviceIdentity.generate(id: "bench-\(number)")
                try await store.addDevice(
                    Device(id: identity.id, publicKey: identity.publicKey, clinic: "Bench", addedAt: now))
                identities.append(identity)
            }
            return identities
        }
    }

    /// How devices know the server by: its own certificate, which is made here if it is not there yet.
    func serverTrust() throws -> ServerTrust {
        let own = try OwnCertificate.find(inDataFolder: dataFolder, now: WallClock.now())
        return .keys(sha256: [try ServerCertificate.pin(ofCertificateFile: own.certificateFile)])
    }

    /// Opens the store while no server runs, or beside it.
    func withStore<Result: Sendable>(_ body: (any Store) async throws -> Result) async throws -> Result {
        let store = try SQLiteStore(directory: dataFolder)
        let result: Result
        do {
            result = try await body(store)
        } catch {
            try await store.close()
            throw error
        }
        try await store.close()
        return result
    }

    /// What a sync takes on the disk on which the data folder lies.
    func measureDisk() throws -> DiskSync { try DiskSync.measure(in: folder) }

    // MARK: The server process

    /// Starts the server with this very program, which logs as one in service does: a line for every connection and
    /// recording, into a file.
    /// - Returns: its process identifier.
    func startServer() throws -> Int32 {
        try Data().write(to: log)
        let server = Process()
        server.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        server.arguments = [
            "serve", "--data", dataFolder, "--listen", "\(ingest)", "--http", "\(http)",
        ]
        server.standardInput = FileHandle.nullDevice
        server.standardOutput = FileHandle.nullDevice
        server.standardError = try FileHandle(forWritingTo: log)
        try server.run()
        let identifier = server.processIdentifier
        process.withLock { $0 = server }
        return identifier
    }

    var serverIsRunning: Bool { process.withLock { $0?.isRunning ?? false } }

    /// The last lines that the server logged, but for those that say what goes well.
    var lastWords: String {
        let text = (try? String(contentsOf: log, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").filter { !$0.contains(" info ") }.suffix(Self.shownLogLines).joined(
            separator: "\n")
    }
    private static let shownLogLines = 20

    /// Stops the server as an operator does, and waits for its end.
    func stopServer() {
        let server = process.withLock { process in
            defer { process = nil }
            return process
        }
        guard let server, server.isRunning else { return }
        server.terminate()
        server.waitUntilExit()
    }

    func remove() throws {
        stopServer()
        try FileManager.default.removeItem(at: folder)
    }
}
