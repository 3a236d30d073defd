import ECGModel
import ECGStore
import HTTPTypes
import Hummingbird

/// An answer other than success: a status, a stable code for programs, and a sentence that tells people what to do.
struct APIError: Error, Sendable {
    var status: HTTPResponse.Status
    var code: Code
    var message: String
    var headers: HTTPFields = [:]
    /// The message in parts, where people read it.
    var refusal: Refusal?
    /// What the operator has to know and the asker need not; for the log, never sent. Holds nothing of patients.
    var cause: String?

    init(
        _ status: HTTPResponse.Status, _ code: Code, _ message: String, headers: HTTPFields = [:],
        cause: String? = nil
    ) {
        self.status = status
        self.code = code
        self.message = message
        self.headers = headers
        self.cause = cause
    }

    init(_ status: HTTPResponse.Status, _ code: Code, _ refusal: Refusal) {
        self.init(status, code, refusal.description)
        self.refusal = refusal
    }

    static func badRequest(_ message: String) -> APIError { APIError(.badRequest, .badRequest, message) }
    /// What somebody filled into a form is not right.
    static func badRequest(_ refusal: Refusal) -> APIError { APIError(.badRequest, .badRequest, refusal) }
    static func notFound(_ message: String) -> APIError { APIError(.notFound, .notFound, message) }

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
                .notFound, .notFound, "there is nothing at this address for this method: see API.md"
            )
        case let error as any HTTPResponseError:
            self.init(error.status, .refused, "the request cannot be served: check it against API.md")
        default: return nil
        }
    }

    private init(_ error: AccessError) {
        let message = error.description
        switch error {
        case .notSignedIn: self.init(.unauthorized, .notSignedIn, message, headers: [.wwwAuthenticate: "Bearer"])
        case .wrongNameOrPassword: self.init(.unauthorized, .wrongNameOrPassword, message)
        case .tooManyAttempts(let seconds):
            self.init(.tooManyRequests, .tooManyAttempts, message, headers: [.retryAfter: String(seconds)])
        case .busy: self.init(.serviceUnavailable, .busy, message, headers: [.retryAfter: "5"])
        case .setupLinkInvalid: self.init(.forbidden, .setupLinkInvalid, message)
        case .loginLinkInvalid: self.init(.forbidden, .loginLinkInvalid, message)
        case .disabled: self.init(.conflict, .userDisabled, message)
        case .alreadySetUp: self.init(.conflict, .alreadySetUp, message)
        case .badUserName, .badClinic, .badHospital, .passwordTooShort, .passwordTooLong:
            self.init(.badRequest, .badRequest, error.refusal)
        case .notPermitted, .needsSession: self.init(.forbidden, .forbidden, message)
        }
    }

    private init(_ error: StoreError) {
        let message = error.description
        switch error {
        case .deviceExists, .userExists, .tableExists: self.init(.conflict, .exists, message)
        case .unknownDevice, .unknownRecording, .unknownAlert, .unknownUser, .unknownTable, .unknownSettings:
            self.init(.notFound, .notFound, message)
        case .settingsChanged: self.init(.conflict, .settingsChanged, message)
        case .alertClosed: self.init(.conflict, .alertClosed, message)
        case .alertLeased: self.init(.conflict, .alertLeased, message)
        case .alertWorsened: self.init(.conflict, .alertWorsened, message)
        case .cannotUndo: self.init(.conflict, .cannotUndo, message)
        case .notReported: self.init(.conflict, .notReported, message)
        case .nothingToSign: self.init(.conflict, .nothingToSign, message)
        case .ownReport: self.init(.conflict, .ownReport, message)
        case .noCriticalValue: self.init(.notFound, .noCriticalValue, message)
        case .criticalValue(_, .recorded): self.init(.conflict, .criticalValueRecorded, message)
        case .criticalValue(_, .takenByAnother): self.init(.conflict, .criticalValueOfAnother, message)
        case .criticalValue(_, .outOfOrder): self.init(.conflict, .criticalValueState, message)
        case .waveformDropped: self.init(.gone, .waveformDropped, message)
        case .recordingOfAnotherDevice, .headerMismatch: self.init(.conflict, .conflict, message)
        case .notDurable, .unavailable, .damaged, .newerSchema, .closed:
            self.init(
                .serviceUnavailable, .storeUnavailable,
                "the server cannot store at this moment: try again, and tell the operator if it stays so",
                cause: message)
        }
    }

    private init(_ error: StoredWaveformError) {
        switch error {
        case .tooLarge: self.init(.contentTooLarge, .tooLarge, error.description)
        case .damagedBlock, .unreadableBlock: self.init(.internalServerError, .damaged, error.description)
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
                        code: code.rawValue, message: message, reason: refusal?.reason,
                        place: refusal.flatMap { RefusalDocument($0).place }, values: refusal?.values)),
                status: status)
            response.headers.append(contentsOf: headers)
            return response
        }
    }
}

extension HTTPField.Name {
    /// The user whom a page takes itself to be signed in as.
    static var believedUser: HTTPField.Name { name("X-Ecgnet-User") }
    /// The recording that somebody takes the alert to be of which they take a step with.
    static var believedRecording: HTTPField.Name { name("X-Ecgnet-Recording") }
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
