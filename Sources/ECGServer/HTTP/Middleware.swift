import ECGModel
import HTTPTypes
import Hummingbird
import Logging

/// One log line and one count for every request: method, route pattern, status, duration, user. Never a query, a header
/// or a body: those may hold tokens and patients.
struct RequestObserver: RouterMiddleware {
    typealias Context = APIContext
    let metrics: ServerMetrics

    /// Other methods are counted together, so that nobody can fill the metrics with inventions.
    private static let methods: Set<HTTPRequest.Method> = [.get, .head, .post, .put, .delete, .options]
    /// Asked for every few seconds by machines; their lines would bury the others.
    private static let quietRoutes: Set<String> = ["/healthz", "/readyz", "/metrics"]

    func handle(
        _ request: Request, context: APIContext, next: @concurrent (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        let start = ContinuousClock.now
        let response = try await next(request, context)
        let duration = ContinuousClock.now - start
        let method = Self.methods.contains(request.method) ? request.method.rawValue : "other"
        let route = context.endpointPath ?? "NotFound"
        metrics.requestAnswered(method: method, route: route, status: response.status.code, took: duration)
        context.logger.log(
            level: Self.quietRoutes.contains(route) ? .debug : .info, "request",
            metadata: [
                "method": "\(method)", "route": "\(route)", "status": "\(response.status.code)",
                "milliseconds": "\(Int((duration / .milliseconds(1)).rounded()))",
                "user": "\(context.actor.value ?? "-")",
            ])
        return response
    }
}

/// Headers that keep answers out of caches, frames and foreign pages (OWASP HTTP Headers Cheat Sheet).
struct SecurityHeaders: RouterMiddleware {
    typealias Context = APIContext

    func handle(
        _ request: Request, context: APIContext, next: @concurrent (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        if response.headers[.contentSecurityPolicy] == nil {
            response.headers[.contentSecurityPolicy] = "default-src 'none'; frame-ancestors 'none'"
        }
        if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "no-store" }
        response.headers[.xContentTypeOptions] = "nosniff"
        response.headers[.referrerPolicy] = "no-referrer"
        response.headers[.frameOptions] = "DENY"
        response.headers[.openerPolicy] = "same-origin"
        response.headers[.resourcePolicy] = "same-origin"
        response.headers[.permissionsPolicy] = "camera=(), geolocation=(), microphone=()"
        return response
    }
}

/// Makes every error an answer that tells what to do, and keeps what went wrong inside to the log.
struct ErrorAnswers: RouterMiddleware {
    typealias Context = APIContext

    func handle(
        _ request: Request, context: APIContext, next: @concurrent (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as CancellationError {
            throw error
        } catch {
            if let known = APIError(error) {
                if known.status.kind == .serverError {
                    var metadata: Logger.Metadata = ["code": "\(known.code.rawValue)"]
                    if let cause = known.cause { metadata["cause"] = "\(cause)" }
                    context.logger.error("request failed", metadata: metadata)
                }
                return try known.response
            }
            // Only the kind of error: its text may hold what the request held.
            context.logger.error("request failed", metadata: ["error": "\(String(reflecting: type(of: error)))"])
            return try APIError(
                .internalServerError, .internal, "the server failed: try again, and tell the operator if it stays so"
            ).response
        }
    }
}

/// Finds out who asks, by `Authorization: Bearer TOKEN` or by a browser's cookie, and refuses everybody else.
struct Authentication: RouterMiddleware {
    typealias Context = APIContext
    let access: AccessControl
    let cookie: SessionCookie
    let connections: HTTPConnections

    func handle(
        _ request: Request, context: APIContext, next: @concurrent (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        guard let token = try token(of: request) else { throw AccessError.notSignedIn }
        var context = context
        let principal = try await access.principal(of: token)
        // All pages of a browser share one cookie: what one of them sends must not be signed by who has signed in on another.
        if let believed = request.headers[.believedUser], believed != principal.name {
            throw APIError(.conflict, .anotherUser, "somebody else has signed in in this browser: load the page anew")
        }
        context.principal = principal
        context.actor.value = principal.name
        connections.prove(context.connection, by: principal.name)
        return try await next(request, context)
    }

    private func token(of request: Request) throws -> BearerToken? {
        guard let field = request.headers[.authorization] else {
            guard let token = cookie.token(in: request.headers) else { return nil }
            if !CrossOriginGuard.isSafe(request.method) { try CrossOriginGuard.check(request) }
            return token
        }
        let parts = field.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        return BearerToken(parts[1])
    }
}
