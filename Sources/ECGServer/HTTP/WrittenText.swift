import HTTPTypes

/// What people write, as the API takes it.
extension String {
    /// - Parameters:
    ///   - field: Its name in the request, for the answer.
    ///   - limit: The most UTF-8 bytes.
    ///   - reason: Why it must not be empty, for the answer.
    func written(as field: String, upTo limit: Int, because reason: String) throws -> String {
        guard contains(where: { !$0.isWhitespace }) else {
            throw Refusal("text-empty", "\(field) must not be empty: \(reason)")
        }
        return try bounded(as: field, upTo: limit)
    }

    /// As ``written(as:upTo:because:)``, but may be empty.
    func bounded(as field: String, upTo limit: Int) throws -> String {
        guard utf8.count <= limit else {
            throw APIError(
                .contentTooLarge, .tooLarge,
                Refusal("text-long", "\(field) has more than \(limit) bytes: shorten it", ["most": "\(limit)"]))
        }
        return self
    }
}
