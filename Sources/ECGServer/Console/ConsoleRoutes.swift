import HTTPTypes
import Hummingbird

/// The console: one page for all of its addresses, and the styles and scripts that it loads.
///
/// Nothing here needs a session, since the files are the same for everybody; what they show comes from the API.
struct ConsoleRoutes {
    private let files = ConsoleFiles.embedded

    /// Only files of this server are loaded and run, nothing inline; text can never become markup or script
    /// (W3C Content Security Policy 3, Trusted Types).
    static let policy = """
        default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
        form-action 'none'; frame-ancestors 'none'; base-uri 'none'; \
        require-trusted-types-for 'script'; trusted-types 'none'
        """

    /// The addresses at which the page shows something; its script finds out which.
    private static let pages: [RouterPath] = [
        "/", "/login", "/alerts/:alert", "/critical-values", "/figures", "/network", "/devices", "/users", "/audit",
        "/settings", "/tables",
    ]

    /// `GET` of the pages; `GET /console/{path}` for the files.
    func add(to router: Router<APIContext>) {
        for path in Self.pages {
            router.get(path) { request, _ in try answer("index.html", to: request) }
        }
        router.get("/console/**") { request, context in
            try answer(context.parameters.getCatchAll().joined(separator: "/"), to: request)
        }
    }

    private func answer(_ path: String, to request: Request) throws -> Response {
        guard let file = files[path] else { throw APIError.notFound("the console has no such file") }
        var headers: HTTPFields = [
            .contentSecurityPolicy: Self.policy, .eTag: file.entityTag,
            // Kept by the browser, asked for each time: after an update nobody runs an old script with a new server.
            .cacheControl: "no-cache",
        ]
        guard request.headers[.ifNoneMatch] != file.entityTag else {
            return Response(status: .notModified, headers: headers)
        }
        headers[.contentType] = file.contentType
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: file.bytes))
    }
}
