import ArgumentParser
import AsyncHTTPClient
import ECGServer
import ECGWire
import Foundation
import NIOCore
import NIOSSL

/// Where the server is: what every command needs that speaks to one.
struct ServerAddress: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The server's API; by default ECGNET_SERVER, or else \(ServerURL.standard).", valueName: "url"))
    var server: ServerURL?

    @Option(help: ArgumentHelp("PEM file with a certificate to trust besides the system's.", valueName: "file"))
    var ca: String?

    @Flag(help: "Speak to another machine without encryption too, where the network encrypts.")
    var allowPlaintext = false

    func validate() throws { _ = try url() }

    /// Connecting on a county's network takes milliseconds; a server that is away should show as such at once.
    private static let connectSeconds: Int64 = 5
    /// Event streams are never silent for longer than this unless the line is cut: six of the server's heartbeats.
    private static let readSeconds = Int64(6 * HTTPLimits.heartbeatSeconds)

    /// Opens a client with `token`, hands it over, and shuts it down.
    func withServer<Result: Sendable>(
        token: String?, _ body: (ServerClient) async throws -> Result
    ) async throws -> Result {
        let url = try url()
        var configuration = HTTPClient.Configuration(
            tlsConfiguration: try tls(), redirectConfiguration: .disallow,
            timeout: .init(connect: .seconds(Self.connectSeconds), read: .seconds(Self.readSeconds)))
        configuration.httpVersion = .http1Only
        configuration.connectionPool.retryConnectionEstablishment = false
        return try await HTTPClient.withHTTPClient(configuration: configuration) { http in
            try await body(ServerClient(url: url, token: token, http: http))
        }
    }

    private func url() throws -> ServerURL {
        let url = try server ?? urlOfEnvironment()
        guard url.isEncrypted || url.isLoopback || allowPlaintext else {
            throw ValidationError(
                "\(url) would be sent the token and answer with patient data unencrypted: give its https address, or, "
                    + "where the network encrypts by itself, allow it in so many words (--allow-plaintext)")
        }
        return url
    }

    private func urlOfEnvironment() throws -> ServerURL {
        guard let text = ProcessInfo.processInfo.environment["ECGNET_SERVER"], !text.isEmpty else { return .standard }
        guard let url = ServerURL(text) else {
            throw ValidationError("ECGNET_SERVER is no address of a server: write it as in \(ServerURL.standard)")
        }
        return url
    }

    private func tls() throws -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        if let ca {
            do {
                configuration.additionalTrustRoots = [.certificates(try NIOSSLCertificate.fromPEMFile(ca))]
            } catch {
                throw CommandError("cannot read a certificate in \(ca): it must be a PEM file")
            }
        }
        return configuration
    }
}

/// Where the server is and who asks it.
///
/// The token is never an argument, since arguments show in the list of processes.
struct ServerAccess: ParsableArguments {
    @OptionGroup var address: ServerAddress

    @Option(help: ArgumentHelp("A file with the token; by default the token in ECGNET_TOKEN.", valueName: "file"))
    var tokenFile: String?

    /// Longer than any token; keeps a wrong file out of the request.
    private static let mostTokenBytes = 512

    func withServer<Result: Sendable>(
        _ body: (ServerClient) async throws -> Result
    ) async throws -> Result {
        try await address.withServer(token: try token(), body)
    }

    private func token() throws -> String {
        let text: String
        if let tokenFile {
            guard let bytes = try FileHandle(forReadingAtPath: tokenFile)?.readAll(limit: Self.mostTokenBytes) else {
                throw CommandError(
                    "cannot read a token in \(tokenFile): check the file's name and permissions, and that it holds "
                        + "nothing but a token")
            }
            text = String(decoding: bytes, as: UTF8.self)
        } else {
            text = ProcessInfo.processInfo.environment["ECGNET_TOKEN"] ?? ""
        }
        let token = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !token.isEmpty else { throw CommandError("there is no token to show the server: \(Self.advice)") }
        guard token.utf8.count <= Self.mostTokenBytes, token.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw CommandError("what \(tokenFile ?? "ECGNET_TOKEN") holds is no token: \(Self.advice)")
        }
        return token
    }

    static let advice =
        "an operator makes one on the server with `ecgnet user token NAME`; put it into ECGNET_TOKEN, or into a file "
        + "for --token-file"
}

/// The address of a server's API: `http` or `https`, a host, perhaps a port and a path before the API's own.
struct ServerURL: Hashable, Sendable, LosslessStringConvertible, ExpressibleByArgument {
    /// Without a slash at the end.
    let description: String
    let isEncrypted: Bool
    /// Whether it is on this machine.
    let isLoopback: Bool

    /// Where `ecgnet serve` listens unless told otherwise.
    static let standard: ServerURL = {
        guard let url = ServerURL("http://\(ServerConfiguration().http)") else {
            preconditionFailure("the server's own address makes a URL")
        }
        return url
    }()

    init?(_ text: String) {
        guard let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(),
            scheme == "http" || scheme == "https", let host = parts.host, !host.isEmpty,
            parts.user == nil, parts.password == nil, parts.query == nil, parts.fragment == nil
        else { return nil }
        description = text.hasSuffix("/") ? String(text.dropLast()) : text
        isEncrypted = scheme == "https"
        isLoopback = NetworkAddress.isLoopback(host: host)
    }
}
