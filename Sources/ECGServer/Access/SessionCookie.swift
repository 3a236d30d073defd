import HTTPTypes

/// The cookie that carries a browser's session token, where no script can read it.
struct SessionCookie: Sendable {
    /// Whether the server is reached by TLS. A `Secure` cookie would not come back without it.
    let isSecure: Bool

    /// The prefix binds the cookie to this host and to TLS (RFC 6265bis, section 4.1.3.2).
    var name: String { isSecure ? "__Host-ecgnet" : "ecgnet" }

    /// The header's value that sets the cookie; it lives as long as the session.
    func setting(_ token: BearerToken) -> String {
        field(token.text, maxAge: AccessControl.sessionDuration.components.seconds)
    }

    /// The header's value that removes the cookie.
    var clearing: String { field("", maxAge: 0) }

    /// `Strict`: a page of another site cannot make a browser send it, not even by a link.
    private func field(_ value: String, maxAge: Int64) -> String {
        "\(name)=\(value); Path=/; Max-Age=\(maxAge); HttpOnly; SameSite=Strict\(isSecure ? "; Secure" : "")"
    }

    /// The token of a request, or nil if it brings none.
    func token(in headers: HTTPFields) -> BearerToken? {
        for field in headers[values: .cookie] {
            for pair in field.split(separator: ";") {
                let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                guard parts.count == 2, parts[0].drop(while: { $0 == " " }) == name else { continue }
                return BearerToken(parts[1])
            }
        }
        return nil
    }
}
