import AsyncHTTPClient
import Crypto
import ECGModel
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Posts the message as JSON, signed as Standard Webhooks lays down (standardwebhooks.com): HMAC-SHA256 over the key, the
/// time and the body. Any answer of 2xx takes it; redirections are not followed.
struct WebhookSink: Sink {
    let settings: SinkSettings.Webhook
    let timeout: Duration
    let group: any EventLoopGroup
    let now: @Sendable () -> Timestamp

    /// What is read of an answer, which nobody looks at.
    private static let answerBytes = 16 * 1024

    func send(_ message: EscalationMessage) async throws {
        let secret: WebhookSecret
        do {
            secret = try WebhookSecret(file: settings.secretFile)
        } catch let error as WebhookSecret.Unusable {
            throw SinkFailure(error.description, detail: settings.secretFile)
        }
        let body = try JSONExchange.encode(message)
        let time = String(now().microsecondsSince1970 / 1_000_000)
        var request = HTTPClientRequest(url: settings.url)
        request.method = .POST
        request.headers = [
            "Content-Type": "application/json", "User-Agent": "ecgnet", "Idempotency-Key": message.id,
            "webhook-id": message.id, "webhook-timestamp": time,
            "webhook-signature": Self.signature(id: message.id, time: time, body: body, secret: secret.bytes),
        ]
        request.body = .bytes(ByteBuffer(bytes: body))
        let signed = request
        let limit = TimeAmount(timeout)
        let status: HTTPResponseStatus
        do {
            // Alerts are rare: a connection of its own each time holds nothing between them.
            status = try await HTTPClient.withHTTPClient(
                eventLoopGroup: group, configuration: try configuration(limit)
            ) { client in
                let response = try await client.execute(signed, deadline: .now() + limit)
                _ = try? await response.body.collect(upTo: Self.answerBytes)
                return response.status
            }
        } catch let error as HTTPClientError {
            throw SinkFailure(Self.words(for: error))
        } catch  where error is NIOConnectionError || error is IOError {
            let url = URL(string: settings.url)
            let port = url?.port.map { ":\($0)" } ?? ""
            throw SinkFailure("no connection to the receiver", detail: "\(url?.host() ?? "")\(port)")
        } catch let error as NIOSSLError {
            throw SinkFailure("the receiver's certificate cannot be trusted", detail: "\(error)")
        }
        guard (200..<300).contains(Int(status.code)) else { throw SinkFailure("the receiver answered \(status.code)") }
    }

    /// `v1,` and the base64 of HMAC-SHA256 over `id.time.body`.
    static func signature(id: String, time: String, body: [UInt8], secret: [UInt8]) -> String {
        let code = HMAC<SHA256>.authenticationCode(
            for: Array("\(id).\(time).".utf8) + body, using: SymmetricKey(data: secret))
        return "v1,\(Data(code).base64EncodedString())"
    }

    private func configuration(_ limit: TimeAmount) throws -> HTTPClient.Configuration {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv12
        if let file = settings.authoritiesFile {
            tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(file))
        }
        var configuration = HTTPClient.Configuration(
            tlsConfiguration: tls, redirectConfiguration: .disallow,
            timeout: .init(connect: limit, read: limit, write: limit), decompression: .disabled)
        configuration.httpVersion = .http1Only
        configuration.connectionPool.retryConnectionEstablishment = false
        return configuration
    }

    private static func words(for error: HTTPClientError) -> String {
        switch error {
        case .deadlineExceeded, .connectTimeout, .readTimeout, .writeTimeout, .tlsHandshakeTimeout:
            "no answer in time"
        case .remoteConnectionClosed: "the receiver closed the connection before it answered"
        default: "the request failed: \(error.shortDescription)"
        }
    }
}
