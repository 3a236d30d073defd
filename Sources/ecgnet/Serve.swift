public import ArgumentParser
import ECGModel
import ECGServer
import ECGTriage
public import ECGWire
import Foundation
public import Logging
import ServiceLifecycle
import UnixSignals

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run the server: ingest from devices, analysis, alert queue and API.",
        discussion: """
            Stops on SIGTERM or Ctrl-C after everything that was received is stored and acknowledged. The first start \
            prints a link that admits once, to name the first administrator.

            Devices connect by TLS 1.3; without encryption they are taken on a loopback address only. Beyond loopback \
            give a certificate, or let the server show its own with --own-certificate: it is made at the first start \
            (tls/ in the data folder), and `ecgnet device add` tells devices its key. The API needs a certificate that \
            browsers trust, or a loopback address behind a proxy that has one; tell the server its address then (--public-url), \
            and let the proxy tell whom it asks for (X-Forwarded-For).

            A certificate that is renewed is read within seconds, or at once on SIGHUP; connections that are open go on.

            Who is told of an alert that nobody acknowledges, and what else the site decides, stands in escalation.json \
            in the data folder; the console changes it, and it is read again when it changes.

            \(MachineReading.disclaimer)
            """)

    @Option(help: ArgumentHelp("Settings in JSON; the options below go before it.", valueName: "file"))
    var config: String?

    @Option(help: ArgumentHelp("The folder of the databases; made if missing.", valueName: "dir"))
    var data: String?

    @Option(help: ArgumentHelp("Where devices connect (127.0.0.1:7700).", valueName: "host:port"))
    var listen: NetworkAddress?

    @Option(help: ArgumentHelp("Where the API is (127.0.0.1:7780).", valueName: "host:port"))
    var http: NetworkAddress?

    @Option(help: ArgumentHelp("PEM file with the certificate chain, for both addresses.", valueName: "file"))
    var tlsCertificate: String?

    @Option(help: ArgumentHelp("PEM file with the certificate's private key.", valueName: "file"))
    var tlsKey: String?

    @Flag(help: "Show devices the certificate that the server makes for itself.")
    var ownCertificate = false

    @Flag(help: "Serve other addresses than loopback without encryption too, where the network encrypts.")
    var allowPlaintext = false

    @Option(
        help: ArgumentHelp(
            "The address under which browsers reach the API through a proxy that encrypts.", valueName: "url"))
    var publicURL: String?

    @Option(help: "Drop waveforms after so many days; kept for good by default.")
    var retentionDays: Int?

    @Option(help: ArgumentHelp("A triage table in JSON instead of the built-in one.", valueName: "file"))
    var rules: String?

    @Option(help: "How much to log: trace, debug, info, notice, warning, error, critical.")
    var logLevel: Logger.Level = .info

    func validate() throws {
        guard (tlsCertificate == nil) == (tlsKey == nil) else {
            throw ValidationError("--tls-certificate and --tls-key go together")
        }
    }

    private func settings() throws -> ServerConfiguration {
        var settings = try config.map(ServerConfiguration.read(file:)) ?? ServerConfiguration()
        if let data { settings.dataDirectory = data }
        if let listen { settings.listen = listen }
        if let http { settings.http = http }
        if let tlsCertificate, let tlsKey {
            settings.tls = .init(certificateFile: tlsCertificate, privateKeyFile: tlsKey)
        }
        if ownCertificate { settings.usesOwnCertificate = true }
        if allowPlaintext { settings.allowsPlaintext = true }
        if let publicURL { settings.publicURL = publicURL }
        if let retentionDays { settings.retentionDays = retentionDays }
        if let rules { settings.triageTableFile = rules }
        try settings.validate()
        return settings
    }

    func run() async throws {
        let settings = try settings()
        let given = try settings.triageTableFile.map(TriageTable.readInUse(file:))
        let log = LogStream(descriptor: STDERR_FILENO)
        defer { log.finish() }
        LoggingSystem.bootstrap { StreamLogHandler(label: $0, stream: log) }
        DescriptorLimit.raise()
        var logger = Logger(label: "ecgnet")
        logger.logLevel = logLevel
        if let doubt = given?.doubt {
            logger.warning(
                "the triage table would not be put into force today: edit it",
                metadata: ["file": "\(settings.triageTableFile ?? "")", "problem": "\(doubt)"])
        }
        let server = try Server(configuration: settings, table: given?.table ?? .countyDefault, logger: logger)
        if let link = try await server.setupLink() {
            let minutes = AccessControl.setupDuration.components.seconds / 60
            Terminal.say("No administrator is named yet. Name one within \(minutes) minutes, here and once:\n  \(link)")
        }
        let group = ServiceGroup(
            configuration: .init(
                services: [.init(service: server), .init(service: CertificateSignal(server: server))],
                gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
        try await group.run()
    }
}

/// Reads the certificate and the settings again on SIGHUP, which the programs that renew certificates send.
private struct CertificateSignal: Service {
    let server: Server

    func run() async throws {
        await cancelWhenGracefulShutdown {
            for await _ in await UnixSignalsSequence(trapping: .sighup) {
                server.reloadCertificate()
                server.reloadSettings()
            }
        }
    }
}

extension NetworkAddress: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}

extension Logger.Level: @retroactive ExpressibleByArgument {}
