import Crypto
import Foundation

/// A secret that stands for a user: 32 random bytes in base64url. It is shown once; only its digest is kept, so that a
/// stolen database opens nothing. A fast digest is enough, since a random token cannot be guessed from it.
public struct BearerToken: Hashable, Sendable {
    /// 256 bits: beyond any search.
    static let byteCount = 32
    /// Longer texts are refused before they are digested.
    static let mostCharacters = 64

    public let text: String

    /// Draws a new one.
    public init() {
        text = Data(RandomBytes.make(Self.byteCount)).base64EncodedString()
            .replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
            .replacingOccurrences(of: "=", with: "")
    }

    /// Takes one that a client presents; nil if it cannot be one.
    public init?(_ text: some StringProtocol) {
        guard !text.isEmpty, text.utf8.count <= Self.mostCharacters else { return nil }
        self.text = String(text)
    }

    /// SHA-256 of the text.
    public var digest: [UInt8] { Array(SHA256.hash(data: Array(text.utf8))) }
}

extension BearerToken: CustomStringConvertible {
    /// Keeps the secret out of logs and error texts.
    public var description: String { "BearerToken(…)" }
}
