import Foundation

/// Why `escalation.json` cannot take effect: where in it and what would be right.
public struct EscalationPolicyError: Error, Hashable, Sendable, CustomStringConvertible {
    public let refusal: Refusal

    public var description: String { refusal.description }

    init(_ refusal: Refusal) { self.refusal = refusal }

    /// - Parameters:
    ///   - reason: As ``Refusal/reason``.
    ///   - problem: A sentence in English.
    ///   - values: What stands in it.
    init(_ place: String, _ reason: String, _ problem: String, _ values: [String: String] = [:]) {
        refusal = Refusal(reason, problem, values, at: place)
    }
}

/// A value of a configuration with its place in the file.
struct PolicyReader {
    let value: JSONValue
    let place: String

    func error(_ reason: String, _ problem: String, _ values: [String: String] = [:]) -> EscalationPolicyError {
        EscalationPolicyError(place, reason, problem, values)
    }

    /// The fields of an object; a name that is not known is an error, since a mistyped setting would silently not apply.
    func fields(_ known: String...) throws -> Fields { try fields(known) }

    func fields(_ known: [String]) throws -> Fields {
        guard case .object(let values) = value else { throw error("no-object", "has to be an object, { … }") }
        if let unknown = values.keys.filter({ !known.contains($0) }).min() {
            let names = known.joined(separator: ", ")
            throw error(
                "unknown-setting", "there is no setting '\(unknown)' here; there are \(names)",
                ["name": unknown, "known": names])
        }
        return Fields(values: values, place: place)
    }

    struct Fields {
        let values: [String: JSONValue]
        let place: String

        func optional(_ name: String) -> PolicyReader? {
            guard let value = values[name], value != .null else { return nil }
            return PolicyReader(value: value, place: place.isEmpty ? name : "\(place).\(name)")
        }

        func required(_ name: String) throws -> PolicyReader {
            guard let reader = optional(name) else {
                throw EscalationPolicyError(
                    place, "setting-missing", "the setting '\(name)' is missing", ["name": name])
            }
            return reader
        }
    }

    /// The entries of an object whose names are the file's own.
    func entries() throws -> [(name: String, reader: PolicyReader)] {
        guard case .object(let values) = value else { throw error("no-object", "has to be an object, { … }") }
        return values.sorted { $0.key < $1.key }.map {
            ($0.key, PolicyReader(value: $0.value, place: "\(place).\($0.key)"))
        }
    }

    func list(_ counts: ClosedRange<Int>) throws -> [PolicyReader] {
        guard case .array(let values) = value else { throw error("no-list", "has to be a list, [ … ]") }
        guard counts.contains(values.count) else {
            throw error(
                "entries", "has \(values.count) entries; there may be \(counts.lowerBound) to \(counts.upperBound)",
                ["count": "\(values.count)", "least": "\(counts.lowerBound)", "most": "\(counts.upperBound)"])
        }
        return values.enumerated().map { PolicyReader(value: $1, place: "\(place)[\($0)]") }
    }

    func string(_ bytes: ClosedRange<Int> = 1...EscalationLimits.nameBytes) throws -> String {
        guard case .string(let text) = value else { throw error("no-text", "has to be a text, in quotes") }
        guard bytes.contains(text.utf8.count), text.unicodeScalars.allSatisfy({ $0.value >= 32 }) else {
            throw error(
                "text-length", "has to be \(bytes.lowerBound) to \(bytes.upperBound) bytes on one line",
                ["least": "\(bytes.lowerBound)", "most": "\(bytes.upperBound)"])
        }
        return text
    }

    func integer(_ range: ClosedRange<Int>) throws -> Int {
        guard case .number(let number) = value, let whole = Int(exactly: number), range.contains(whole) else {
            throw error(
                "whole-number", "has to be a whole number from \(range.lowerBound) to \(range.upperBound)",
                ["least": "\(range.lowerBound)", "most": "\(range.upperBound)"])
        }
        return whole
    }

    func bool() throws -> Bool {
        guard case .bool(let value) = value else { throw error("no-flag", "has to be true or false") }
        return value
    }
}
