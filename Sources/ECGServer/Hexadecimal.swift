extension [UInt8] {
    /// Reads pairs of hexadecimal digits; nil if there is anything else.
    public init?(hexadecimal text: String) {
        let digits = Array<Character>(text)
        guard digits.count.isMultiple(of: 2) else { return nil }
        self = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = digits[index].hexDigitValue, let low = digits[index + 1].hexDigitValue else { return nil }
            append(UInt8(high << 4 | low))
        }
    }

    /// Lower-case hexadecimal digits, two a byte.
    public var hexadecimal: String {
        map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    }
}
