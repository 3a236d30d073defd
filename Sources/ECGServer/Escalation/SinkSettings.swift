/// How a sink is reached, and how much it is told.
public struct SinkSettings: Hashable, Sendable {
    /// By what it is reached.
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

    /// An address to which messages are posted, signed.
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

    /// A hospital information system that takes HL7 version 2 over MLLP.
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
