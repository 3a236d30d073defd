import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// Request bodies and answers as JSON. Times are RFC 3339, names are lowerCamelCase, missing values are left out.
enum JSONExchange {
    static func response(_ value: some Encodable, status: HTTPResponse.Status = .ok) throws -> Response {
        Response(
            status: status, headers: [.contentType: "application/json; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: try encode(value))))
    }

    static func encode(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return [UInt8](try encoder.encode(value))
    }

    /// Reads a body. What is wrong is told by field names and never by the body's values, which may be a patient's.
    static func body<Value: Decodable>(
        _ type: Value.Type, of request: Request, limit: Int = HTTPLimits.bodyBytes
    ) async throws -> Value {
        try requireContentType("application/json", of: request)
        let buffer = try await request.body(upTo: limit)
        do {
            return try JSONDecoder().decode(type, from: Data(buffer.readableBytesView))
        } catch let error as DecodingError {
            throw APIError.badRequest(explanation(of: error))
        }
    }

    /// As ``body(_:of:)``, but a request without a body is nil.
    static func optionalBody<Value: Decodable>(_ type: Value.Type, of request: Request) async throws -> Value? {
        if request.headers[.contentType] == nil {
            guard try await request.body(upTo: HTTPLimits.bodyBytes).readableBytes > 0 else { return nil }
        }
        return try await body(type, of: request)
    }

    static func requireContentType(_ wanted: String, of request: Request) throws {
        let type = request.headers[.contentType]?.split(separator: ";").first?
            .trimmingCharacters(in: .whitespaces).lowercased()
        guard type == wanted else {
            throw APIError(
                .unsupportedMediaType, "unsupported-media-type", "send the body as \(wanted) and say so in Content-Type"
            )
        }
    }

    static func explanation(of error: DecodingError) -> String {
        func field(_ path: [any CodingKey]) -> String { path.map(\.stringValue).joined(separator: ".") }
        switch error {
        case .keyNotFound(let key, let context):
            return "the field '\(field(context.codingPath + [key]))' is missing: send it"
        case .valueNotFound(_, let context), .typeMismatch(_, let context):
            let name = field(context.codingPath)
            return name.isEmpty
                ? "the body is not the JSON object that this address takes"
                : "the field '\(name)' has the wrong type: see API.md"
        case .dataCorrupted(let context):
            let name = field(context.codingPath)
            return name.isEmpty
                ? "the body is not valid JSON"
                : "the field '\(name)' has a value that cannot be: see API.md"
        @unknown default: return "the body cannot be read"
        }
    }
}
