extension APIError {
    /// What an error is called, for programs: these words stay. API.md says which status each comes with.
    enum Code: String, CaseIterable, Sendable {
        case alertClosed = "alert-closed"
        case alertLeased = "alert-leased"
        case alertWorsened = "alert-worsened"
        case alreadySetUp = "already-set-up"
        case anotherRecording = "another-recording"
        case anotherUser = "another-user"
        case badRequest = "bad-request"
        case busy
        case cannotUndo = "cannot-undo"
        case conflict
        case criticalValueOfAnother = "critical-value-of-another"
        case criticalValueRecorded = "critical-value-recorded"
        case criticalValueState = "critical-value-state"
        case crossOrigin = "cross-origin"
        case damaged
        case empty
        case exists
        case forbidden
        case `internal`
        case loginLinkInvalid = "login-link-invalid"
        case noCriticalValue = "no-critical-value"
        case notFound = "not-found"
        case notReady = "not-ready"
        case notReported = "not-reported"
        case notSignedIn = "not-signed-in"
        case nothingToSign = "nothing-to-sign"
        case ownAccount = "own-account"
        case ownReport = "own-report"
        case refused
        case settingsChanged = "settings-changed"
        case settingsNotWritten = "settings-not-written"
        case settingsRefused = "settings-refused"
        case setupLinkInvalid = "setup-link-invalid"
        case storeUnavailable = "store-unavailable"
        case tableRefused = "table-refused"
        case tooLarge = "too-large"
        case tooManyAttempts = "too-many-attempts"
        case tooManyStreams = "too-many-streams"
        case unsupportedMediaType = "unsupported-media-type"
        case userDisabled = "user-disabled"
        case waveformDropped = "waveform-dropped"
        case wrongNameOrPassword = "wrong-name-or-password"
    }
}
