import ECGStore
import HTTPTypes
import Hummingbird
import NIOCore

/// Naming the first administrator under the link that the server prints when it has no users.
struct SetupRoutes {
    let access: AccessControl
    let audit: AuditTrail

    struct Setup: Decodable {
        var token: String
        var name: String
        var password: String
    }

    struct Administrator: Encodable {
        var name: String
        var role: User.Role
    }

    /// `GET /setup`, `POST /setup` for browsers; `POST /api/v1/setup` for programs.
    func add(to router: Router<APIContext>) {
        router.get("/setup") { request, _ -> Response in
            guard let text = try request.query("token", as: String.self), let token = BearerToken(text),
                try await access.isSetupToken(token)
            else { return SetupPage.message(AccessError.setupLinkInvalid, status: .forbidden) }
            return SetupPage.form(token: token.text)
        }
        router.post("/setup") { request, _ -> Response in
            try JSONExchange.requireContentType("application/x-www-form-urlencoded", of: request)
            let body = String(buffer: try await request.body(upTo: HTTPLimits.bodyBytes))
            do {
                let setup = try URLEncodedFormDecoder().decode(Setup.self, from: body)
                let user = try await setUp(setup)
                return SetupPage.done(administrator: user.name)
            } catch is DecodingError {
                return SetupPage.message(["The form is not complete.", "表单不完整。"], status: .badRequest)
            } catch let error as AccessError {
                return SetupPage.message(error, status: APIError(error)?.status ?? .badRequest)
            } catch let error as StoreError {
                guard case .userExists = error else { throw error }
                return SetupPage.message([error.description, "此用户名已存在：请另选一个。"], status: .conflict)
            }
        }
        router.post("/api/v1/setup") { request, _ -> Response in
            let user = try await setUp(try await JSONExchange.body(Setup.self, of: request))
            return try JSONExchange.response(Administrator(name: user.name, role: user.role), status: .created)
        }
    }

    private func setUp(_ setup: Setup) async throws -> User {
        guard let token = BearerToken(setup.token) else { throw AccessError.setupLinkInvalid }
        let user = try await access.setUp(token: token, name: setup.name, password: setup.password)
        try await audit.note("user.setup", by: user.name, subject: user.name)
        return user
    }
}

/// The one page that the server has before anybody can sign in: plain, without scripts, in English and Chinese.
enum SetupPage {
    private static let policy =
        "default-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

    static func form(token: String) -> Response {
        page(
            """
            <p>Name the first administrator of this server. The link works once.<br>设置本服务器的第一位管理员。此链接只能使用一次。</p>
            <form method="post" action="/setup">
            <input type="hidden" name="token" value="\(escaped(token))">
            <p><label>User name 用户名<br>
            <input name="name" autocomplete="username" maxlength="\(UserAccounts.nameLengths.upperBound)" required></label></p>
            <p><label>Password, at least \(UserAccounts.leastPasswordCharacters) characters
            密码（至少 \(UserAccounts.leastPasswordCharacters) 个字符）<br>
            <input name="password" type="password" autocomplete="new-password"
            minlength="\(UserAccounts.leastPasswordCharacters)" required></label></p>
            <p><button>Set up 设置</button></p>
            </form>
            """, status: .ok)
    }

    static func done(administrator name: String) -> Response {
        page(
            """
            <p>User \(escaped(name)) is the administrator now. 用户 \(escaped(name)) 已设为管理员。</p>
            <p><a href="/login">Sign in 登录</a></p>
            """, status: .ok)
    }

    static func message(_ error: AccessError, status: HTTPResponse.Status) -> Response {
        message([error.description, chinese(error)].compactMap(\.self), status: status)
    }

    static func message(_ lines: [String], status: HTTPResponse.Status) -> Response {
        page(lines.map { "<p>\(escaped($0))</p>" }.joined(separator: "\n"), status: status)
    }

    /// What can go wrong here, for readers of Chinese; the console has texts of its own.
    private static func chinese(_ error: AccessError) -> String? {
        let names = UserAccounts.nameLengths
        return switch error {
        case .setupLinkInvalid: "此设置链接无效、已使用或已过期：重新启动服务器可获得新链接。"
        case .alreadySetUp: "已有管理员：请向管理员申请账户。"
        case .busy: "同时登录的人过多：请几秒后再试。"
        case .badUserName:
            "用户名须为 \(names.lowerBound) 至 \(names.upperBound) 个字符，可用 a–z、A–Z、0–9、“-”、“_”、“.”、“@”。"
        case .passwordTooShort: "密码太短：至少 \(UserAccounts.leastPasswordCharacters) 个字符；几个词连写容易记住。"
        case .passwordTooLong: "密码太长：最多 \(UserAccounts.mostPasswordBytes) 字节。"
        default: nil
        }
    }

    private static func page(_ content: String, status: HTTPResponse.Status) -> Response {
        let html = """
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
            <title>ecg-net</title></head><body>
            <h1>ecg-net</h1>
            \(content)
            </body></html>

            """
        return Response(
            status: status, headers: [.contentType: "text/html; charset=utf-8", .contentSecurityPolicy: policy],
            body: ResponseBody(byteBuffer: ByteBuffer(string: html)))
    }

    private static func escaped(_ text: String) -> String {
        text.reduce(into: "") { html, character in
            switch character {
            case "&": html += "&amp;"
            case "<": html += "&lt;"
            case ">": html += "&gt;"
            case "\"": html += "&quot;"
            case "'": html += "&#39;"
            default: html.append(character)
            }
        }
    }
}
