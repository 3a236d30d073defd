import AsyncHTTPClient
import ECGModel
import ECGServer
import Foundation
import NIOCore
import NIOHTTP1

/// Speaks to a server's API. Every error is a ``ServerError`` with words for a person, or a cancellation.
struct ServerClient: Sendable {
    let url: ServerURL
    let token: String?
    let http: HTTPClient

    /// Bytes of an answer in JSON: the longest list of alerts, ``HTTPLimits/listRows``, each with the longest evidence.
    private static let answerBytes = 16 * 1024 * 1024
    private static let errorBytes = 64 * 1024
    /// Time to the head of an answer. The longest work is the export of hours of ECG.
    static let answerTime = TimeAmount.seconds(30)

    func get<Answer: Decodable>(
        _ path: String, query: [(name: String, value: String?)] = [], as type: Answer.Type = Answer.self
    ) async throws -> Answer {
        let response = try await open(request(.GET, "/api/v1/" + path + Self.text(of: query)))
        return try await decoded(response)
    }

    /// - Parameter recording: With which the alert was read that is asked about.
    /// - Returns: nil when the server has nothing to say (204).
    func post<Answer: Decodable>(
        _ path: String, about recording: RecordingID? = nil, as type: Answer.Type = Answer.self
    ) async throws -> Answer? {
        try await answer(to: request(.POST, "/api/v1/" + path, about: recording))
    }

    func post<Answer: Decodable>(
        _ path: String, about recording: RecordingID? = nil, _ body: some Encodable, as type: Answer.Type = Answer.self
    ) async throws -> Answer? {
        var request = request(.POST, "/api/v1/" + path, about: recording)
        request.headers.add(name: "Content-Type", value: "application/json")
        request.body = .bytes(ByteBuffer(bytes: try JSONEncoder().encode(body)))
        return try await answer(to: request)
    }

    /// Begins an answer whose body is read as it comes.
    func stream(_ path: String, headers: [(String, String)] = []) async throws -> ServerStream {
        var request = request(.GET, "/api/v1/" + path)
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        return ServerStream(try await open(request), from: url)
    }

    /// Whether the server says that it can take devices and store. Needs no token.
    func checkReady(within time: TimeAmount) async throws {
        _ = try await open(request(.GET, "/readyz"), within: time)
    }

    /// The value of one of the server's metrics that has no labels.
    func metric(_ name: String) async throws -> Double {
        let response = try await open(request(.GET, "/metrics"))
        let text = try await ServerError.explaining(from: url) {
            String(buffer: try await response.body.collect(upTo: Self.answerBytes))
        }
        guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix(name + " ") }),
            let value = line.split(separator: " ").last.flatMap({ Double($0) })
        else { throw CommandError("the server has no metric \(name)") }
        return value
    }

    /// - Parameter recording: With which the alert was read that is asked about.
    private func request(_ method: HTTPMethod, _ path: String, about recording: RecordingID? = nil) -> HTTPClientRequest
    {
        var request = HTTPClientRequest(url: url.description + path)
        request.method = method
        if let recording { request.headers.add(name: "X-Ecgnet-Recording", value: "\(recording)") }
        if let token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
        return request
    }

    private func answer<Answer: Decodable>(to request: HTTPClientRequest) async throws -> Answer? {
        let response = try await open(request)
        guard response.status != .noContent else { return nil }
        return try await decoded(response) as Answer
    }

    private func decoded<Answer: Decodable>(_ response: HTTPClientResponse) async throws -> Answer {
        try await ServerError.explaining(from: url) {
            let body = try await response.body.collect(upTo: Self.answerBytes)
            return try JSONDecoder().decode(Answer.self, from: Data(body.readableBytesView))
        }
    }

    private struct Refusal: Decodable {
        struct Content: Decodable {
            var code: String
            var message: String
        }
        var error: Content
    }

    private func open(
        _ request: HTTPClientRequest, within time: TimeAmount = Self.answerTime
    ) async throws -> HTTPClientResponse {
        try await ServerError.explaining(from: url) {
            let response = try await http.execute(request, timeout: time)
            guard !(200..<300).contains(response.status.code) else { return response }
            let body = try await response.body.collect(upTo: Self.errorBytes)
            let refusal = try JSONDecoder().decode(Refusal.self, from: Data(body.readableBytesView)).error
            throw ServerError.refused(
                status: response.status.code, code: refusal.code.onOneLine, message: refusal.message.onOneLine)
        }
    }

    /// A query, or nothing when no parameter has a value.
    private static func text(of query: [(name: String, value: String?)]) -> String {
        var parts = URLComponents()
        parts.queryItems = query.compactMap { name, value in value.map { URLQueryItem(name: name, value: $0) } }
        guard let text = parts.percentEncodedQuery, !text.isEmpty else { return "" }
        // A plus would be read as a blank.
        return "?" + text.replacingOccurrences(of: "+", with: "%2B")
    }
}

/// An answer's body as it arrives.
struct ServerStream {
    /// The body's length, where the server knows it beforehand.
    let byteCount: Int?
    private let url: ServerURL
    private var pieces: HTTPClientResponse.Body.AsyncIterator

    fileprivate init(_ response: HTTPClientResponse, from url: ServerURL) {
        self.url = url
        byteCount = response.headers.first(name: "Content-Length").flatMap { Int($0) }
        pieces = response.body.makeAsyncIterator()
    }

    /// The next bytes, or nil at the end.
    mutating func next() async throws -> ByteBufferView? {
        try await ServerError.explaining(from: url) { try await pieces.next(isolation: #isolation)?.readableBytesView }
    }
}
