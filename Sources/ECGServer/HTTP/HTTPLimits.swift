/// Every bound of the HTTP side, with its reason.
public enum HTTPLimits {
    /// A request's body. The largest legitimate one is a report of ``reportBytes``.
    public static let bodyBytes = 64 * 1024
    /// A triage table; the built-in one has some 40 kB as it is written.
    public static let tableBytes = 512 * 1024
    /// UTF-8 bytes of a triage table's version: every alert carries it.
    public static let tableVersionBytes = 128
    /// A request line and its headers; browsers send some 2 KiB.
    public static let headerBytes = 16 * 1024
    public static let headerFields = 64
    /// A connection without a request under way is closed after so long.
    public static let idleSeconds: Int64 = 75
    /// Rows in one answer of a list.
    public static let listRows = 1...500
    public static let defaultListRows = 100
    /// Counts (samples × leads) in one waveform answer: 12 leads at 500 Hz for 40 s come to about 2 MB of JSON.
    public static let waveformCounts = 240_000
    /// Counts in one answer of samples as the console draws them: 12 leads at 500 Hz for a minute, 720 kB.
    public static let sampleCounts = 360_000
    /// Counts that are analysed to mark the beats of a recording: as many as an export may hold, some 0.3 s of work.
    public static let analysedCounts = exportCounts
    /// Earlier recordings of a patient that are listed: what somebody leafs through beside a new one.
    public static let earlierRecordings = 20
    /// Counts in one export, which is made in memory: 12 leads at 500 Hz for an hour and a half, 65 MB as WFDB.
    public static let exportCounts = 32_400_000
    /// Long enough to look at an ECG, short enough that a forgotten lease does not hide an infarction.
    public static let leaseSeconds = 5...300
    public static let defaultLeaseSeconds = 60
    /// UTF-8 bytes of a report, and of a dismissal's reason.
    public static let reportBytes = 8 * 1024
    public static let reasonBytes = 1024
    /// UTF-8 bytes of a person's name, telephone number or function.
    public static let personBytes = 128
    /// Recordings on a clinic's page: a day's.
    public static let clinicRecordings = 1...50
    /// UTF-8 bytes of a clinic's or a township's name.
    public static let clinicBytes = 128
    /// Event streams at once: every screen of a county's hospitals, several times over.
    public static let streams = 256
    /// One user's, in person and by programs' tokens together: the screens of a ward that share a name, several times over. No
    /// user's programs that run wild, nor a token that was copied, take a colleague's.
    static let streamsPerUser = 32
    /// Connections of one user that stay whatever comes: one for each stream and one beside it. What they have beyond that gives
    /// way like a stranger's.
    static let connectionsPerUser = 2 * streamsPerUser
    /// Connections at once, of browsers, programs and whoever knocks: one for each stream and one for what its screen asks
    /// beside it. The rest of a process's descriptors, 1,024 where nobody has raised them, are for devices and files. A further
    /// one takes the place of the oldest that nobody has signed in by, and is closed where there is none.
    public static let connections = 2 * streams
    /// Connections beyond that which are being closed; further ones wait in the kernel's queue.
    static let closingConnections = 64
    /// Connections from one network that nobody has signed in by: a dozen browsers behind one address that load the console at
    /// the same moment, with six each.
    static let unprovenPerNetwork = 72
    /// From the beginning of a connection to its first request: browsers that connect ahead ask within seconds.
    public static let firstRequestSeconds: Int64 = 10
    /// A reader has to know within seconds that nothing can arrive any more; three missed heartbeats are a cut line. (Proxies
    /// and browsers drop a connection only after 30 s of silence or more.)
    public static let heartbeatSeconds = 5
    /// What a peer has not acknowledged after so long is given up with its connection: the kernel alone would go on for a
    /// quarter of an hour, and a reader whose line is cut would count as present. Four heartbeats, so that a line that is
    /// merely bad survives.
    public static let unacknowledgedSeconds = 20
    /// Questions for figures that wait for their turn: a year's takes seconds, and the last of so many a minute.
    public static let waitingFigures = 16
    /// Changes of the settings, and looks at them, that wait for the one under way: a handful of administrators.
    static let waitingChanges = 64
    /// Versions of the settings in a list: years of a county that changes its ladder now and then.
    public static let settingsVersions = 200
    /// Months in one answer of figures: three years of a county come to some 300,000 recordings, which take seconds.
    public static let figureMonths = 36
    /// Passwords that are hashed at a time: 128 MiB each, and at most two processors.
    public static let passwordsAtOnce = 2
    /// Sign-ins that wait for that; at half a second each the last waits some ten seconds, and nobody waits longer.
    public static let waitingPasswords = 32
    /// Names and addresses of which failed sign-ins are remembered; the county has some hundred users. Beyond it the one that
    /// failed longest ago is forgotten.
    public static let rememberedFailures = 4096
    /// Recordings whose beats are remembered, some 100 kB each: as many as are looked at at a time while they grow.
    static let rememberedBeats = 32
    /// Requests for beats that wait for the one that is being analysed.
    static let waitingBeats = 64
    /// Showings of a patient that are remembered as written down, some 100 bytes each; when there are more, the store is
    /// asked.
    public static let rememberedShowings = 65_536
    /// Events of alerts kept in memory: more than a county's clinics raise in a day (some hundred alerts with half a dozen
    /// events each), so that hardly any reader has to go to the store.
    public static let recentEvents = 2048
    /// Events read from the store at a time.
    public static let eventPage = 256
    /// Events kept as they were written for streams: whoever is further behind has them written anew.
    public static let keptMessages = 1024
    /// Alerts that are known to have been delivered: more than can be raised while a reader writes one message.
    public static let keptDeliveries = 1024
    /// A token for a program lives at most ten years when an expiry is given.
    public static let tokenSeconds = 60...315_360_000
}
