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

    /// A number that is none was not measured, and is left out as missing values are; in an array it is null. It must not keep
    /// what stands beside it from being told.
    static func encode(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return [UInt8](try encoder.encode(value))
        } catch EncodingError.invalidValue {
            // A name of its own for what is no number: a text that says the same is another thing.
            let notANumber = UUID().uuidString
            encoder.nonConformingFloatEncodingStrategy = .convertToString(
                positiveInfinity: notANumber, negativeInfinity: notANumber, nan: notANumber)
            let document = try JSONDecoder().decode(JSONValue.self, from: encoder.encode(value))
            return [UInt8](try encoder.encode(document.without(.string(notANumber))))
        }
    }

    /// Reads a body. What is wrong is told by field names and never by the body's values, which may be a patient's.
    static func body<Value: Decodable>(
        _ type: Value.Type, of request: Request, limit: Int = HTTPLimits.bodyBytes
    ) async throws -> Value {
        try requireContentType("application/json", of: request)
        let buffer = try await request.body(upTo: limit)
        let data = Data(buffer.readableBytesView)
        do {
            let value = try JSONDecoder().decode(type, from: data)
            if let repeated = try RepeatedName(in: data) { throw repeated.refusal }
            return value
        } catch let error as DecodingError {
            throw refusal(of: error)
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
                .unsupportedMediaType, .unsupportedMediaType, "send the body as \(wanted) and say so in Content-Type"
            )
        }
    }

    /// What is wrong with a body.
    static func refusal(of error: DecodingError) -> Refusal {
        func field(_ path: [any CodingKey]) -> String { path.map(\.stringValue).joined(separator: ".") }
        switch error {
        case .keyNotFound(let key, let context):
            let name = field(context.codingPath + [key])
            return Refusal("field-missing", "the field '\(name)' is missing: send it", ["name": name])
        case .valueNotFound(_, let context), .typeMismatch(_, let context):
            let name = field(context.codingPath)
            return name.isEmpty
                ? Refusal("no-such-object", "the body is not the JSON object that this address takes")
                : Refusal("field-type", "the field '\(name)' has the wrong type: see API.md", ["name": name])
        case .dataCorrupted(let context):
            let name = field(context.codingPath)
            return name.isEmpty
                ? Refusal("no-json", "the body is not valid JSON")
                : Refusal("field-value", "the field '\(name)' has a value that cannot be: see API.md", ["name": name])
        @unknown default: return Refusal("unreadable-body", "the body cannot be read")
        }
    }
}
