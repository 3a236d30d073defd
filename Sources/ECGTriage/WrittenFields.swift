/// The names of the fields of a document, at every depth, without their values: by them a name is found that nobody reads,
/// since a decoder passes over it in silence.
public indirect enum WrittenFields: Hashable, Sendable, Decodable {
    case object([String: WrittenFields])
    case list([WrittenFields])
    case value
    /// Says as much as no field at all.
    case null

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        // Neither fails for what is inside: any value can be read.
        if container.decodeNil() {
            self = .null
        } else if let fields = try? container.decode([String: WrittenFields].self) {
            self = .object(fields)
        } else if let elements = try? container.decode([WrittenFields].self) {
            self = .list(elements)
        } else {
            self = .value
        }
    }

    /// The place of a field that `known` does not have, for example `stElevation.limits[0].Sex`; nil where it has them all.
    public func firstUnknown(knowing known: WrittenFields, at place: String = "") -> String? {
        switch (self, known) {
        case (.object(let fields), .object(let known)):
            for (name, field) in fields.sorted(by: { $0.key < $1.key }) where field != .null {
                let place = place.isEmpty ? name : "\(place).\(name)"
                guard let known = known[name] else { return place }
                if let unknown = field.firstUnknown(knowing: known, at: place) { return unknown }
            }
        case (.list(let elements), .list(let known)):
            for (index, (element, known)) in zip(elements, known).enumerated() {
                if let unknown = element.firstUnknown(knowing: known, at: "\(place)[\(index)]") { return unknown }
            }
        default: break
        }
        return nil
    }
}
