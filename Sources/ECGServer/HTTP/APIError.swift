import ECGModel
import ECGStore
import HTTPTypes
import Hummingbird

/// An answer other than success: a status, a stable code for programs, and a sentence that tells people what to do.
struct APIError: Error, Sendable {
    var status: HTTPResponse.Status
    var code: String
    var message: String
    var headers: HTTPFields = [:]
    /// The message in parts, where people read it.
    var refusal: Refusal?
    /// What the operator has to know and the asker need not; for the log, never sent. Holds nothing of patients.
    var cause: String?

    init(
        _ status: HTTPResponse.Status, _ code: String, _ message: String, headers: HTTPFields = [:],
        cause: String? = nil
    ) {
        self.status = status
        self.code = code
        self.message = message
        self.headers = headers
        self.cause = cause
    }

    init(_ status: HTTPResponse.Status, _ code: String, _ refusal: Refusal) {
        self.init(status, code, refusal.description)
        self.refusal = refusal
    }

    static func badRequest(_ message: String) -> APIError { APIError(.badRequest, "bad-request", message) }
    /// What somebody filled into a form is not right.
    static func badRequest(_ refusal: Refusal) -> APIError { APIError(.badRequest, "bad-request", refusal) }
    static func notFound(_ message: String) -> APIError { APIError(.notFound, "not-found", message) }

    /// The answer to an error of another layer, or nil for one that nobody foresaw.
    init?(_ error: any Error) {
        switch error {
        case let error as APIError: self = error
        case let error as Refusal: self = .badRequest(error)
        case let error as AccessError: self.init(error)
        case let error as StoreError: self.init(error)
        case let error as StoredWaveformError: self.init(error)
        case let error as HTTPError where error.status == .notFound:
            self.init(
                .notFound, "not-found", "there is nothing at this address for this method: see API.md"
            )
        case let error as any HTTPResponseError:
            self.init(error.status, "refused", "the request cannot be served: check it against API.md")
        default: return nil
        }
    }

    private init(_ error: AccessError) {
        let message = error.description
        switch error {
        case .notSignedIn: self.init(.unauthorized, "not-signed-in", message, headers: [.wwwAuthenticate: "Bearer"])
        case .wrongNameOrPassword: self.init(.unauthorized, "wrong-name-or-password", message)
        case .tooManyAttempts(let seconds):
            self.init(.tooManyRequests, "too-many-attempts", message, headers: [.retryAfter: String(seconds)])
        case .busy: self.init(.serviceUnavailable, "busy", message, headers: [.retryAfter: "5"])
        case .setupLinkInvalid: self.init(.forbidden, "setup-link-invalid", message)
        case .loginLinkInvalid: self.init(.forbidden, "login-link-invalid", message)
        case .disabled: self.init(.conflict, "user-disabled", message)
        case .alreadySetUp: self.init(.conflict, "already-set-up", message)
        case .badUserName, .badClinic, .badHospital, .passwordTooShort, .passwordTooLong:
            self.init(.badRequest, "bad-request", error.refusal)
        case .notPermitted, .needsSession: self.init(.forbidden, "forbidden", message)
        }
    }

    private init(_ error: StoreError) {
        let message = error.description
        switch error {
        case .deviceExists, .userExists, .tableExists: self.init(.conflict, "exists", message)
        case .unknownDevice, .unknownRecording, .unknownAlert, .unknownUser, .unknownTable, .unknownSettings:
            self.init(.notFound, "not-found", message)
        case .settingsChanged: self.init(.conflict, "settings-changed", message)
        case .alertClosed: self.init(.conflict, "alert-closed", message)
        case .alertLeased: self.init(.conflict, "alert-leased", message)
        case .cannotUndo: self.init(.conflict, "cannot-undo", message)
        case .notReported: self.init(.conflict, "not-reported", message)
        case .nothingToSign: self.init(.conflict, "nothing-to-sign", message)
        case .ownReport: self.init(.conflict, "own-report", message)
        case .noCriticalValue: self.init(.notFound, "no-critical-value", message)
        case .criticalValue(_, .recorded): self.init(.conflict, "critical-value-recorded", message)
        case .criticalValue(_, .takenByAnother): self.init(.conflict, "critical-value-of-another", message)
        case .criticalValue(_, .outOfOrder): self.init(.conflict, "critical-value-state", message)
        case .waveformDropped: self.init(.gone, "waveform-dropped", message)
        case .recordingOfAnotherDevice, .headerMismatch: self.init(.conflict, "conflict", message)
        case .notDurable, .unavailable, .newerSchema, .closed:
            self.init(
                .serviceUnavailable, "store-unavailable",
                "the server cannot store at this moment: try again, and tell the operator if it stays so",
                cause: message)
        }
    }

    private init(_ error: StoredWaveformError) {
        switch error {
        case .tooLarge: self.init(.contentTooLarge, "too-large", error.description)
        case .damagedBlock: self.init(.internalServerError, "damaged", error.description)
        }
    }

    private struct Document: Encodable {
        struct Content: Encodable {
            var code: String
            var message: String
            /// Why, in parts; left out where the code says it all.
            var reason: String?
            var place: String?
            var values: [String: String]?
        }
        var error: Content
    }

    var response: Response {
        get throws {
            var response = try JSONExchange.response(
                Document(
                    error: Document.Content(
                        code: code, message: message, reason: refusal?.reason,
                        place: refusal.flatMap { RefusalDocument($0).place }, values: refusal?.values)),
                status: status)
            response.headers.append(contentsOf: headers)
            return response
        }
    }
}

extension HTTPField.Name {
    static var retryAfter: HTTPField.Name { name("Retry-After") }
    static var referrerPolicy: HTTPField.Name { name("Referrer-Policy") }
    static var frameOptions: HTTPField.Name { name("X-Frame-Options") }
    static var fetchSite: HTTPField.Name { name("Sec-Fetch-Site") }
    static var openerPolicy: HTTPField.Name { name("Cross-Origin-Opener-Policy") }
    static var resourcePolicy: HTTPField.Name { name("Cross-Origin-Resource-Policy") }
    static var permissionsPolicy: HTTPField.Name { name("Permissions-Policy") }
    static var lastEventID: HTTPField.Name { name("Last-Event-ID") }
    static var accelBuffering: HTTPField.Name { name("X-Accel-Buffering") }

    static func name(_ text: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(text) else { preconditionFailure("\(text) is a header's name") }
        return name
    }
}
