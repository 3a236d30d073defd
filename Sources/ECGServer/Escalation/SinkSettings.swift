/// How a sink is reached, and how much it is told.
public struct SinkSettings: Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        case webhook(Webhook)
        case hl7(HL7Receiver)
        case command([String])

        /// For people and metrics; says nothing of where it is.
        public var name: String {
            switch self {
            case .webhook: "webhook"
            case .hl7: "hl7"
            case .command: "command"
            }
        }
    }

    public struct Webhook: Hashable, Sendable {
        public var url: String
        /// The file of the secret that signs; read at every attempt, so that it can be changed.
        public var secretFile: String
        /// PEM file of authorities to trust in place of the system's.
        public var authoritiesFile: String?

        public init(url: String, secretFile: String, authoritiesFile: String? = nil) {
            self.url = url
            self.secretFile = secretFile
            self.authoritiesFile = authoritiesFile
        }
    }

    public struct HL7Receiver: Hashable, Sendable {
        public var host: String
        public var port: Int
        public var usesTLS: Bool
        public var authoritiesFile: String?
        /// MSH-5 and MSH-6.
        public var application: String
        public var facility: String

        public init(
            host: String, port: Int, usesTLS: Bool, authoritiesFile: String? = nil, application: String = "",
            facility: String = ""
        ) {
            self.host = host
            self.port = port
            self.usesTLS = usesTLS
            self.authoritiesFile = authoritiesFile
            self.application = application
            self.facility = facility
        }
    }

    /// What a message says.
    public enum Content: String, Hashable, Sendable, CaseIterable {
        /// Number, urgency and link: nothing of the patient leaves the server.
        case minimal
        /// Also what is suspected, in which leads, and where the ECG was taken.
        case clinical
        /// Also the patient's reference, sex, age and complaint.
        case patient
    }

    public var kind: Kind
    public var content: Content
    /// One attempt takes no longer.
    public var timeoutSeconds: Int
    /// So many in all, and then the message is shown as undelivered.
    public var attempts: Int

    public init(
        kind: Kind, content: Content = .minimal, timeoutSeconds: Int = EscalationLimits.standardTimeoutSeconds,
        attempts: Int = EscalationLimits.standardAttempts
    ) {
        self.kind = kind
        self.content = content
        self.timeoutSeconds = timeoutSeconds
        self.attempts = attempts
    }
}

/// Every bound of the ladder, with its reason.
public enum EscalationLimits {
    /// Of `escalation.json`; a county's is 10 KiB.
    public static let fileBytes = 256 * 1024
    public static let hospitals = 64
    public static let shifts = 12
    public static let rungs = 12
    public static let sinks = 32
    public static let nameBytes = 64
    /// A rung within a day of the alert: what is older is no emergency any more.
    public static let afterSeconds = 0...86_400
    /// Longer than any outage that is mended in time; see ``EscalationPolicy/due(for:at:)``.
    public static let latestRung = Duration.seconds(86_400)
    public static let reportMinutes = 1...1440
    /// A receiver that takes longer holds up the messages after it.
    public static let timeoutSeconds = 1...60
    public static let standardTimeoutSeconds = 10
    public static let attemptCounts = 1...20
    /// With the pauses below, some 16 minutes: an infarction that nobody was told of for so long is told by other rungs.
    public static let standardAttempts = 8
    public static let firstPauseSeconds = 5
    public static let longestPauseSeconds = 300
    /// Messages on their way to one sink at a time.
    public static let atOncePerSink = 4
    /// A signing secret shorter than that can be guessed.
    public static let secretBytes = 16...1024
    /// An acknowledgement of HL7 is some 200 bytes.
    public static let acknowledgementBytes = 64 * 1024

    /// The pause after so many failed attempts: doubled each time, up to the longest.
    public static func pause(after attempts: Int) -> Duration {
        .seconds(min(longestPauseSeconds, firstPauseSeconds << min(max(0, attempts - 1), 16)))
    }
}
