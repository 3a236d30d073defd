/// A number with a unit that the type carries, so that millivolts are never added to microvolts by mistake.
///
/// The raw number is reached only by ``value``, and its unit is the type's; converting between units of one quantity is an
/// initializer, as in `Microvolts(Millivolts(0.1))`.
public protocol Quantity: Hashable, Comparable, Sendable, Codable, CustomStringConvertible,
    ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral
{
    /// The unit's symbol as UCUM writes it, for people and for evidence lists.
    static var symbol: String { get }
    var value: Double { get }
    init(_ value: Double)
}

extension Quantity {
    public init(floatLiteral value: Double) { self.init(value) }
    public init(integerLiteral value: Int) { self.init(Double(value)) }

    public init(from decoder: any Decoder) throws {
        self.init(try decoder.singleValueContainer().decode(Double.self))
    }
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(value)
    }

    public var description: String { "\(value) \(Self.symbol)" }

    // All four, since the ones that Comparable derives from `<` call a value that is not a number the greater one.
    public static func < (a: Self, b: Self) -> Bool { a.value < b.value }
    public static func <= (a: Self, b: Self) -> Bool { a.value <= b.value }
    public static func > (a: Self, b: Self) -> Bool { a.value > b.value }
    public static func >= (a: Self, b: Self) -> Bool { a.value >= b.value }
    public static func + (a: Self, b: Self) -> Self { Self(a.value + b.value) }
    public static func - (a: Self, b: Self) -> Self { Self(a.value - b.value) }
    public static prefix func - (a: Self) -> Self { Self(-a.value) }
    public static func * (a: Self, factor: Double) -> Self { Self(a.value * factor) }
    /// The ratio of two values of one unit, a plain number.
    public static func / (a: Self, b: Self) -> Double { a.value / b.value }
    /// The size without the sign.
    public var magnitude: Self { Self(value.magnitude) }
}

/// An electric potential in microvolts (µV), the unit of noise and of resolution.
public struct Microvolts: Quantity {
    public static var symbol: String { "uV" }
    public var value: Double
    public init(_ value: Double) { self.value = value }
    public init(_ millivolts: Millivolts) { value = millivolts.value * 1000 }
}

/// An electric potential in millivolts (mV), the unit of waves and ST levels. 0.1 mV is 1 mm on standard paper.
public struct Millivolts: Quantity {
    public static var symbol: String { "mV" }
    public var value: Double
    public init(_ value: Double) { self.value = value }
    public init(_ microvolts: Microvolts) { value = microvolts.value / 1000 }
}

/// A duration within a recording in milliseconds (ms), the unit of intervals.
public struct Milliseconds: Quantity {
    public static var symbol: String { "ms" }
    public var value: Double
    public init(_ value: Double) { self.value = value }
    /// The time that `samples` sampling intervals take at `rate`.
    public init(samples: Int, at rate: Hertz) { value = Double(samples) * 1000 / rate.value }
    /// The number of sampling intervals nearest to this duration at `rate`.
    public func samples(at rate: Hertz) -> Int { Int((value * rate.value / 1000).rounded()) }
}

/// A frequency in hertz (Hz): a sampling rate or a filter corner.
public struct Hertz: Quantity {
    public static var symbol: String { "Hz" }
    public var value: Double
    public init(_ value: Double) { self.value = value }
}

/// A heart rate in beats per minute.
public struct BeatsPerMinute: Quantity {
    public static var symbol: String { "/min" }
    public var value: Double
    public init(_ value: Double) { self.value = value }
    /// The rate of beats that follow each other after `interval`, which must be positive.
    public init(interval: Milliseconds) {
        precondition(interval.value > 0, "a heart rate needs a positive RR interval")
        value = 60_000 / interval.value
    }
}

/// The position of a sample in its recording: 0 is the first; all leads share it.
public typealias SampleIndex = Int
