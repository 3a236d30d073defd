import Foundation

/// The sine of an angle in turns.
enum Sine {
    static func sine(turns: Double) -> Double { sin(2 * .pi * turns.truncatingRemainder(dividingBy: 1)) }
}
