import Foundation

/// Any JSON value, to be taken apart with words for what is wrong.
enum JSONValue: Codable, Hashable, Sendable {
    case null
    case bool(Bool)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode([JSONValue].self) {
            self = .array(value)
        } else {
            self = .object(try container.decode([String: JSONValue].self))
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .string(let value): try container.encode(value)
        case .array(let values): try container.encode(values)
        case .object(let values): try container.encode(values)
        }
    }

    /// - Throws: ``EscalationPolicyError``.
    init(json: Data) throws(EscalationPolicyError) {
        let repeated: RepeatedName?
        do {
            self = try JSONDecoder().decode(JSONValue.self, from: json)
            repeated = try RepeatedName(in: json)
        } catch {
            throw EscalationPolicyError(
                "", "no-json", "this is not JSON: a comma, a quote or a bracket is missing or too many")
        }
        if let refusal = repeated?.refusal { throw EscalationPolicyError(refusal) }
    }

    /// The same text for the same value, fit for people's eyes.
    var written: Data {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
            return try encoder.encode(self)
        }
    }

    /// The value without the fields that hold `missing`, at any depth; in arrays it is null.
    func without(_ missing: JSONValue) -> JSONValue {
        switch self {
        case missing: .null
        case .array(let values): .array(values.map { $0.without(missing) })
        case .object(let values): .object(values.filter { $1 != missing }.mapValues { $0.without(missing) })
        case .null, .bool, .number, .string: self
        }
    }

    /// A field of an object.
    subscript(name: String) -> JSONValue? {
        get { if case .object(let values) = self { values[name] } else { nil } }
        set {
            guard case .object(var values) = self else { return }
            values[name] = newValue
            self = .object(values)
        }
    }
}
