/// Where a program connects or listens, written `HOST:PORT`; IPv6 in brackets. To listen on port 0 lets the
/// system choose.
public struct NetworkAddress: Hashable, Sendable, LosslessStringConvertible {
    public var host: String
    public var port: Int

    public init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    public init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            return nil
        }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        guard !host.isEmpty, !host.contains("["), !host.contains("]") else { return nil }
        self.init(host: String(host), port: Int(port))
    }

    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// Whether the address cannot be reached from another machine.
    public var isLoopback: Bool { Self.isLoopback(host: host) }

    /// Whether what is named so cannot be reached from another machine: `localhost`, `::1`, with or without brackets, and
    /// 127.0.0.0/8 (RFC 1122) as four decimal bytes. A name that merely begins so may be anybody's.
    public static func isLoopback(host: String) -> Bool {
        if ["localhost", "::1", "[::1]"].contains(host) { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy(isDecimalByte)
    }

    /// Without a leading zero, which some read as octal.
    private static func isDecimalByte(_ text: Substring) -> Bool {
        text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            && UInt8(text).map { String($0) == text } ?? false
    }
}

extension NetworkAddress: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let address = Self(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "an address is written HOST:PORT, for example 127.0.0.1:7700")
        }
        self = address
    }
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
