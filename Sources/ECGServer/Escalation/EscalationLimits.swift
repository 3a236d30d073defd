import ECGModel

/// Every bound of the ladder, with its reason.
public enum EscalationLimits {
    // MARK: The file

    /// Of `escalation.json`; a county's is 10 KiB.
    public static let fileBytes = 256 * 1024
    /// A prefecture has some dozen counties with a hospital or two each.
    public static let hospitals = 64
    /// A day in shifts of two hours.
    public static let shifts = 12
    /// More people than can be told, one after the other, before an infarct is past help.
    public static let rungs = 12
    /// A hospital has a pager, a telephone gateway, an information system, a siren.
    public static let sinks = 32
    /// Clinics or townships of one hospital: a province has some ten thousand clinics.
    public static let namesPerHospital = 10_000
    /// UTF-8 bytes of a sink's or a person's name, which stand in one line of the console.
    public static let nameBytes = 64
    /// UTF-8 bytes of the console's address; an alert's path is put behind it, and a text message still holds both.
    public static let consoleBytes = 512
    /// UTF-8 bytes of a webhook's address: what servers and proxies take at the least is 8000 (RFC 9110, section 4.1), and a
    /// pager's address with its keys has some hundred.
    public static let addressBytes = 2048
    /// Octets of a host's name as it is written (RFC 1035, section 2.3.4: 255 with its length bytes).
    public static let hostBytes = 253
    /// Arguments of a command: what needs more is a script.
    public static let arguments = 32
    /// UTF-8 bytes of an argument.
    public static let argumentBytes = 1024
    /// UTF-8 bytes of a file's path: a quarter of Linux's PATH_MAX.
    public static let pathBytes = 1024

    // MARK: Times

    /// A rung within a day of the alert: what is older is no emergency any more.
    public static let afterSeconds = 0...Int(latestRung.components.seconds)
    /// Longer than any outage that is mended in time; see ``EscalationPolicy/due(for:at:)``.
    public static let latestRung = Duration.days(1)
    /// A report within a day.
    public static let reportMinutes = 1...24 * 60

    // MARK: Sinks

    /// A receiver that takes longer holds up the messages after it.
    public static let timeoutSeconds = 1...60
    /// A pager's or an information system's answer takes a second or two.
    public static let standardTimeoutSeconds = 10
    /// With the longest pauses twenty attempts take seventy minutes.
    public static let attemptCounts = 1...20
    /// With the pauses below ten minutes, and the time that the attempts take: an infarction that nobody was told of for so
    /// long is told by other rungs.
    public static let standardAttempts = 8
    /// A receiver that restarts is back in some seconds.
    public static let firstPauseSeconds = 5
    /// One that is down for longer is tried as often as a person would.
    public static let longestPauseSeconds = 300
    /// Messages on their way to one sink at a time: one that hangs holds up no other.
    public static let atOncePerSink = 4
    /// Of them for high alerts alone: a receiver that takes its time with the others must not hold up the one that cannot wait.
    public static let atOnceForHigh = 1
    /// A signing secret shorter than that can be guessed; what is longer is no secret but some other file.
    public static let secretBytes = 16...1024
    /// An acknowledgement of HL7 is some 200 bytes.
    public static let acknowledgementBytes = 64 * 1024

    /// The pause after so many failed attempts: doubled each time, up to the longest.
    public static func pause(after attempts: Int) -> Duration {
        .seconds(min(longestPauseSeconds, firstPauseSeconds << min(max(0, attempts - 1), 16)))
    }
}
