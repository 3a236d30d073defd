import ECGModel
import Hummingbird

extension Request {
    /// A parameter of the query, read as its type; nil when it is not there.
    func query<Value: LosslessStringConvertible>(_ name: String, as type: Value.Type = Value.self) throws -> Value? {
        guard let text = uri.queryParameters[Substring(name)] else { return nil }
        guard let value = Value(String(text)) else {
            throw APIError.badRequest("the query parameter '\(name)' cannot be read: see API.md")
        }
        return value
    }

    /// Where a list of recordings goes on, by the parameter `before`: after the last one that was shown, or before a time.
    func place() throws -> (time: Timestamp?, recording: RecordingID?) {
        if let text = try query("before", as: String.self), let id = RecordingID(text) { return (nil, id) }
        return (try query("before"), nil)
    }

    /// The parameter `limit` of lists.
    func rowLimit(or standard: Int = HTTPLimits.defaultListRows) throws -> Int {
        let limit = try query("limit", as: Int.self) ?? standard
        guard HTTPLimits.listRows.contains(limit) else {
            throw APIError.badRequest(
                "limit must be from \(HTTPLimits.listRows.lowerBound) to \(HTTPLimits.listRows.upperBound)")
        }
        return limit
    }
}

extension APIContext {
    /// A part of the path, read as its type.
    func path<Value: LosslessStringConvertible>(_ name: String, as type: Value.Type = Value.self) throws -> Value {
        guard let text = parameters.get(name), let value = Value(text) else {
            throw APIError.notFound("the \(name) in the address cannot be one: take it from a list of the API")
        }
        return value
    }
}
