/// Why something that a person asked for is refused: a sentence in English, and the same in parts, from which the console
/// makes a sentence in the reader's language.
public struct Refusal: Error, Hashable, Sendable, CustomStringConvertible {
    /// Stable and in kebab case; the console has a sentence for each under `reason.`.
    public let reason: String
    /// Where in what was sent, as `hospitals[0].shifts`; empty for the whole.
    public var place = ""
    /// What stands in the sentence, by the names that the console's sentences use.
    public var values: [String: String] = [:]
    let sentence: String

    init(_ reason: String, _ sentence: String, _ values: [String: String] = [:], at place: String = "") {
        self.reason = reason
        self.place = place
        self.values = values
        self.sentence = sentence
    }

    public var description: String { place.isEmpty ? sentence : "\(place): \(sentence)" }
}

/// A refusal's parts as the API tells them.
public struct RefusalDocument: Hashable, Sendable, Codable {
    public var reason: String
    public var place: String?
    public var values: [String: String]

    init(_ refusal: Refusal) {
        reason = refusal.reason
        place = refusal.place.isEmpty ? nil : refusal.place
        values = refusal.values
    }
}
