/// Why somebody is not let in or an account is not made; the text says what to do.
public enum AccessError: Error, Hashable, Sendable, CustomStringConvertible {
    /// No token, an unknown one, or one that has expired.
    case notSignedIn
    case wrongNameOrPassword
    case tooManyAttempts(retryAfterSeconds: Int)
    case busy
    case setupLinkInvalid
    case loginLinkInvalid
    case alreadySetUp
    case badUserName
    /// Only a cardiologist is there for a hospital.
    case badHospital
    /// A user of a clinic needs one, nobody else has one.
    case badClinic
    case passwordTooShort
    case passwordTooLong
    case notPermitted(Permission)
    case needsSession
    case disabled

    public var description: String {
        switch self {
        case .notSignedIn: "not signed in, or the session has expired: sign in again"
        case .wrongNameOrPassword: "the name or the password is wrong"
        case .tooManyAttempts(let seconds): "too many failed attempts: try again in \(seconds) s"
        case .busy: "too many people are signing in at this moment: try again in a few seconds"
        case .loginLinkInvalid:
            "this link has been used, has expired, or is not one: sign in with name and password, or ask for another link"
        case .setupLinkInvalid:
            "this set-up link is not valid, was used or has expired: restart the server to get a new one"
        case .alreadySetUp: "there is an administrator already: ask them for an account"
        case .badUserName:
            "a user name has \(UserAccounts.nameLengths.lowerBound) to \(UserAccounts.nameLengths.upperBound) characters "
                + "of a–z, A–Z, 0–9, '-', '_', '.', '@'"
        case .badClinic:
            "a user of the role clinic needs the clinic's name, as its devices are registered under; no other user has one"
        case .badHospital:
            "a hospital is named for cardiologists only, as the settings name it, in at most \(HTTPLimits.clinicBytes) bytes"
        case .passwordTooShort:
            "the password is too short: take at least \(UserAccounts.leastPasswordCharacters) characters; "
                + "several words are easy to remember"
        case .passwordTooLong: "the password is too long: take at most \(UserAccounts.mostPasswordBytes) bytes"
        case .notPermitted(let permission):
            "your role does not include this (\(permission.rawValue)): ask an administrator"
        case .disabled: "this user is disabled: enable the account first"
        case .needsSession: "a token made for a program cannot do this: sign in with name and password"
        }
    }

    /// The same in parts, for what somebody filled into a form.
    var refusal: Refusal {
        let names = UserAccounts.nameLengths
        return switch self {
        case .badUserName:
            Refusal("user-name", description, ["least": "\(names.lowerBound)", "most": "\(names.upperBound)"])
        case .badClinic: Refusal("user-clinic", description)
        case .badHospital: Refusal("user-hospital", description, ["most": "\(HTTPLimits.clinicBytes)"])
        case .passwordTooShort:
            Refusal("password-short", description, ["least": "\(UserAccounts.leastPasswordCharacters)"])
        case .passwordTooLong: Refusal("password-long", description, ["most": "\(UserAccounts.mostPasswordBytes)"])
        default: Refusal("refused", description)
        }
    }
}
