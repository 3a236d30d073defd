import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Why a server did not do what it was asked; the text says what to do.
enum ServerError: Error, CustomStringConvertible {
    case unreachable(ServerURL, reason: String)
    case silent(ServerURL)
    case disconnected(ServerURL)
    case tls(ServerURL, reason: String)
    /// The server's own answer: an HTTP status, a code for programs and a sentence.
    case refused(status: UInt, code: String, message: String)
    /// An answer that no server of this kind gives.
    case unintelligible(ServerURL)

    /// Runs `body`, which asks the server at `url`, with the network's errors put into words.
    static func explaining<Result>(from url: ServerURL, _ body: () async throws -> Result) async throws -> Result {
        do {
            return try await body()
        } catch {
            throw explanation(of: error, from: url)
        }
    }

    /// Others than the network's errors, cancellation among them, pass as they are.
    private static func explanation(of error: any Error, from url: ServerURL) -> any Error {
        switch error {
        case let error as HTTPClientError:
            switch error {
            case .cancelled: CancellationError()
            case .connectTimeout: ServerError.unreachable(url, reason: "no connection within the time")
            case .tlsHandshakeTimeout: ServerError.tls(url, reason: "no answer to the handshake")
            case .deadlineExceeded, .readTimeout, .writeTimeout, .getConnectionFromPoolTimeout: ServerError.silent(url)
            default: ServerError.disconnected(url)
            }
        case let error as NIOConnectionError: ServerError.unreachable(url, reason: reason(of: error))
        case let error as IOError: ServerError.unreachable(url, reason: reason(of: error))
        case is ChannelError: ServerError.disconnected(url)
        // A server that dies in the middle of an answer.
        case let error as HTTPParserError where error == .invalidEOFState: ServerError.disconnected(url)
        case is HTTPParserError, is NIOTooManyBytesError, is DecodingError: ServerError.unintelligible(url)
        case let error as NIOSSLExtraError where error == .failedToValidateHostname:
            ServerError.tls(url, reason: "the certificate is for another host")
        case is NIOSSLExtraError, is NIOSSLError, is BoringSSLError:
            ServerError.tls(url, reason: "the handshake failed, most likely because the certificate is not trusted")
        default: error
        }
    }

    private static func reason(of error: IOError) -> String {
        String(cString: strerror(error.errnoCode)).lowercased()
    }

    private static func reason(of error: NIOConnectionError) -> String {
        if let attempt = error.connectionErrors.last?.error {
            return (attempt as? IOError).map(reason(of:)) ?? "no connection within the time"
        }
        return error.dnsAError == nil && error.dnsAAAAError == nil
            ? "no connection" : "the host's name is unknown"
    }

    /// Whether trying again later may help: the line or the server is down, which is no fault of the request.
    var mayPass: Bool {
        switch self {
        case .unreachable, .silent, .disconnected: true
        case .tls, .unintelligible: false
        case .refused(let status, _, _): status >= 500 || status == HTTPResponseStatus.tooManyRequests.code
        }
    }

    /// What happened.
    var cause: String {
        switch self {
        case .unreachable(let url, let reason): "cannot reach the server at \(url) (\(reason))"
        case .silent(let url): "the server at \(url) does not answer"
        case .disconnected(let url): "the server at \(url) ended the connection"
        case .tls(let url, let reason): "there is no encrypted connection to \(url) (\(reason))"
        case .refused(HTTPResponseStatus.unauthorized.code, _, _): "the server does not accept the token"
        case .refused(HTTPResponseStatus.forbidden.code, _, let message): "the server does not permit this: \(message)"
        case .refused(let status, let code, let message): "the server refused (\(status) \(code)): \(message)"
        case .unintelligible(let url): "what answers at \(url) is no ecg-net server, or one of another version"
        }
    }

    /// What to do, where the server itself has not said it.
    private var advice: String? {
        switch self {
        case .unreachable:
            "check that it runs (`ecgnet serve`) and that --server or ECGNET_SERVER names its API"
        case .silent: "check that it runs and that the network lets its answers through"
        case .disconnected: "try again, and check whether its address begins with http or https"
        case .tls:
            "give the certificate of the server's issuer with --ca FILE, and check that the address names the host in "
                + "the certificate"
        case .refused(HTTPResponseStatus.unauthorized.code, _, _): ServerAccess.advice
        case .refused: nil
        case .unintelligible: "check --server or ECGNET_SERVER"
        }
    }

    var description: String { advice.map { "\(cause): \($0)" } ?? cause }
}
