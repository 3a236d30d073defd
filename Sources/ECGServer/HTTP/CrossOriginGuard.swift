import HTTPTypes
import Hummingbird

/// Refuses what another site's page makes a browser send: the second lock behind the cookie's `SameSite=Strict`.
///
/// Only for requests that a browser authenticates by itself. A request with a bearer token cannot be forged, since a page
/// would have to know the token.
enum CrossOriginGuard {
    /// Checks a request that changes something. Browsers say where it comes from in `Sec-Fetch-Site` (W3C Fetch Metadata), on
    /// plain HTTP and before 2023 in `Origin` (RFC 6454); one that says neither is refused.
    static func check(_ request: Request) throws {
        if let site = request.headers[.fetchSite] {
            guard site == "same-origin" else { throw refusal }
            return
        }
        guard let origin = request.headers[.origin], let authority = request.head.authority,
            let separator = origin.firstRange(of: "://"), origin[separator.upperBound...] == authority
        else { throw refusal }
    }

    private static let safeMethods: Set<HTTPRequest.Method> = [.get, .head, .options]

    static func isSafe(_ method: HTTPRequest.Method) -> Bool { safeMethods.contains(method) }

    private static var refusal: APIError {
        APIError(
            .forbidden, .crossOrigin,
            "the request does not come from this server's own pages: open the console at its own address")
    }
}
