import ECGWire
import HTTPTypes
import Hummingbird

/// Takes the client's address from what a proxy on this machine says (`X-Forwarded-For`): the last one of the list, which that
/// proxy has written itself.
struct ForwardedAddress: RouterMiddleware {
    typealias Context = APIContext

    func handle(
        _ request: Request, context: APIContext, next: @concurrent (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        if NetworkAddress.isLoopback(host: context.address), let list = request.headers[values: .forwardedFor].last,
            let last = list.split(separator: ",").last
        {
            context.address = last.filter { $0 != " " }
        }
        return try await next(request, context)
    }
}

/// Asks for a token where somebody from elsewhere may be asking: always where the operator says so, and for what a proxy that
/// nobody has told of has brought.
struct MetricsGuard: RouterMiddleware {
    typealias Context = APIContext
    let authentication: Authentication
    let needsToken: Bool

    func handle(
        _ request: Request, context: APIContext, next: @concurrent (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        guard needsToken || request.hasComeThroughAProxy else { return try await next(request, context) }
        return try await authentication.handle(request, context: context, next: next)
    }
}

extension Request {
    /// Whether it shows so: by a header that proxies add (RFC 7239, RFC 9110 section 7.6.3), or by being meant for a host that
    /// is not this machine by name.
    fileprivate var hasComeThroughAProxy: Bool {
        if [.forwarded, .forwardedFor, .forwardedHost, .forwardedProto, .via].contains(where: { headers[$0] != nil }) {
            return true
        }
        guard let authority = head.authority, !authority.isEmpty else { return false }
        let end = authority.hasSuffix("]") ? nil : authority.lastIndex(of: ":")
        return !NetworkAddress.isLoopback(host: String(end.map { authority[..<$0] } ?? authority[...]))
    }
}

extension HTTPField.Name {
    fileprivate static var forwarded: HTTPField.Name { name("Forwarded") }
    fileprivate static var forwardedFor: HTTPField.Name { name("X-Forwarded-For") }
    fileprivate static var forwardedHost: HTTPField.Name { name("X-Forwarded-Host") }
    fileprivate static var forwardedProto: HTTPField.Name { name("X-Forwarded-Proto") }
    fileprivate static var via: HTTPField.Name { name("Via") }
}
