public import ECGModel

/// A limit of the table that is written with its unit, so that a site cannot edit 0.1 mV into 0.1 µV unnoticed.
///
/// In JSON the value is one string, number and UCUM symbol with a space between: `"0.25 mV"`, `"30000 ms"`, `"35 /min"`.
/// Any other unit than the one the limit is measured in is refused when the table is read.
@propertyWrapper
public struct InUnit<Unit: Quantity>: Hashable, Sendable, Codable {
    public var wrappedValue: Unit

    public init(wrappedValue: Unit) { self.wrappedValue = wrappedValue }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        let parts = text.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[1] == Unit.symbol, let number = Double(parts[0]), number.isFinite else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription:
                    "a limit is a number, a space and the unit \(Unit.symbol), for example \"1 \(Unit.symbol)\"")
        }
        wrappedValue = Unit(number)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode("\(wrappedValue.value) \(Unit.symbol)")
    }
}
