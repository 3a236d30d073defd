public import ECGWire
import Foundation

/// Everything an operator decides about a server; `ecgnet serve --config FILE` reads it from JSON, and the command line
/// goes before the file.
public struct ServerConfiguration: Hashable, Sendable, Codable {
    /// A certificate chain and its private key, both PEM files.
    public struct TLS: Hashable, Sendable, Codable {
        public var certificateFile: String
        public var privateKeyFile: String

        public init(certificateFile: String, privateKeyFile: String) {
            self.certificateFile = certificateFile
            self.privateKeyFile = privateKeyFile
        }
    }

    /// The folder of the databases; made if missing.
    public var dataDirectory = "ecgnet-data"
    /// Where devices connect.
    public var listen = NetworkAddress(host: "127.0.0.1", port: 7700)
    /// Where the API is.
    public var http = NetworkAddress(host: "127.0.0.1", port: 7780)
    /// What both addresses show. Without it devices are shown the server's own certificate (``OwnCertificate``), and the
    /// API is served unencrypted, on loopback only.
    public var tls: TLS?
    /// Serve devices beyond loopback with the server's own certificate, whose key they were given when they were
    /// registered.
    public var usesOwnCertificate = false
    /// Serve other addresses than loopback without encryption too: for networks that encrypt by themselves. Devices may
    /// then choose; on a loopback address they may always.
    public var allowsPlaintext = false
    /// The address under which browsers reach the API through a proxy that encrypts, `https://ecg.example.org`; nil where there
    /// is none. With it sessions are bound to that address, the client's address is what the proxy says
    /// (`X-Forwarded-For`), and metrics ask for a token.
    public var publicURL: String?
    /// Whole days that waveforms are kept; nil keeps them for good. Recordings, alerts and audit are always kept.
    public var retentionDays: Int?
    /// A triage table in JSON instead of the built-in one.
    public var triageTableFile: String?
    /// A recording that is open and silent for so long gets its machine reading from what has arrived.
    public var silentAfterSeconds = 60
    /// A recording that is open and silent for so long is closed as it is, and opened again when its device comes back with more
    /// of it. Seven days: longer than most are away.
    public var abandonedAfterHours = 7 * 24
    /// A final report holds only once somebody other than its author has signed it.
    public var secondSignature = false

    /// Where months and days begin, by its name in the IANA time zone database.
    public var timeZone = "Asia/Shanghai"
    /// A device that was not in touch for so long shows as silent.
    public var deviceSilentAfterHours = 24

    /// Waveforms are larger than all else, and what is to be kept for longer than a century is kept for good.
    static let retention = 1...36_500
    /// A weak link holds a device's blocks back for some seconds now and then. A recording that broke off is read before the
    /// ten minutes are over within which a suspected infarction is to be reported.
    static let silence = 10...600
    /// Hours. A device that comes back after a year has been replaced long since; what is open keeps its day's waveforms.
    static let abandonment = 1...(365 * 24)

    public init() {}

    enum CodingKeys: String, CodingKey, CaseIterable {
        case dataDirectory, listen, http, tls, usesOwnCertificate, allowsPlaintext, publicURL, retentionDays,
            triageTableFile,
            silentAfterSeconds, abandonedAfterHours, secondSignature, timeZone, deviceSilentAfterHours
    }

    /// Fields that the file leaves out keep their defaults.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        func value<T: Decodable>(_ key: CodingKeys, or standard: T) throws -> T {
            try fields.decodeIfPresent(T.self, forKey: key) ?? standard
        }
        self.init()
        dataDirectory = try value(.dataDirectory, or: dataDirectory)
        listen = try value(.listen, or: listen)
        http = try value(.http, or: http)
        tls = try fields.decodeIfPresent(TLS.self, forKey: .tls)
        usesOwnCertificate = try value(.usesOwnCertificate, or: usesOwnCertificate)
        allowsPlaintext = try value(.allowsPlaintext, or: allowsPlaintext)
        publicURL = try fields.decodeIfPresent(String.self, forKey: .publicURL)
        retentionDays = try fields.decodeIfPresent(Int.self, forKey: .retentionDays)
        triageTableFile = try fields.decodeIfPresent(String.self, forKey: .triageTableFile)
        silentAfterSeconds = try value(.silentAfterSeconds, or: silentAfterSeconds)
        abandonedAfterHours = try value(.abandonedAfterHours, or: abandonedAfterHours)
        secondSignature = try value(.secondSignature, or: secondSignature)
        timeZone = try value(.timeZone, or: timeZone)
        deviceSilentAfterHours = try value(.deviceSilentAfterHours, or: deviceSilentAfterHours)
    }

    /// Reads a configuration file; unknown fields are errors, since a mistyped setting would silently not apply.
    public static func read(file: String) throws -> ServerConfiguration {
        let data: Data
        do {
            data = try Data(contentsOf: URL(filePath: file))
        } catch {
            throw ServerConfigurationError.unreadable(file)
        }
        do {
            let known = Set(CodingKeys.allCases.map(\.rawValue))
            let fields = try JSONDecoder().decode([String: JSONField].self, from: data).keys
            if let unknown = fields.filter({ !known.contains($0) }).sorted().first {
                throw ServerConfigurationError.unknownField(unknown, known: known.sorted())
            }
            if let repeated = try RepeatedName(in: data) {
                throw ServerConfigurationError.malformed(
                    file, "the setting '\(repeated.path)' stands there twice: keep one")
            }
            return try JSONDecoder().decode(ServerConfiguration.self, from: data)
        } catch let error as DecodingError {
            throw ServerConfigurationError.malformed(file, Self.words(for: error))
        }
    }

    private static func words(for error: DecodingError) -> String {
        func setting(_ path: [any CodingKey]) -> String { path.map(\.stringValue).joined(separator: ".") }
        switch error {
        case .keyNotFound(let key, let context):
            return "the setting '\(setting(context.codingPath + [key]))' is missing"
        case .valueNotFound(_, let context), .typeMismatch(_, let context):
            let name = setting(context.codingPath)
            return name.isEmpty ? "it has to be an object, { … }" : "the setting '\(name)' has the wrong type"
        case .dataCorrupted(let context):
            let name = setting(context.codingPath)
            return name.isEmpty ? "it is not valid JSON" : "the setting '\(name)': \(context.debugDescription)"
        @unknown default: return "it cannot be read"
        }
    }

    /// Any JSON value; only its place in the file counts.
    private struct JSONField: Decodable { init(from decoder: any Decoder) throws {} }

    /// Refuses what would put patients at risk or cannot work.
    public func validate() throws(ServerConfigurationError) {
        if tls == nil, !allowsPlaintext {
            guard listen.isLoopback || usesOwnCertificate else { throw .plaintextDevices(listen.description) }
            guard http.isLoopback else { throw .plaintext(http.description) }
        }
        if let publicURL, !Self.isOrigin(publicURL) { throw .publicURL(publicURL) }
        if let retentionDays, !Self.retention.contains(retentionDays) { throw .retention(retentionDays) }
        guard Self.silence.contains(silentAfterSeconds) else { throw .silence(silentAfterSeconds) }
        guard Self.abandonment.contains(abandonedAfterHours) else { throw .abandonment(abandonedAfterHours) }
        guard SiteCalendar(timeZone: timeZone) != nil else { throw .timeZone(timeZone) }
        guard SiteSettings.deviceSilenceHours.contains(deviceSilentAfterHours) else {
            throw .deviceSilence(deviceSilentAfterHours)
        }
    }

    /// Whether it is `http` or `https`, a host and perhaps a port: the console's scripts know no path before their own.
    private static func isOrigin(_ text: String) -> Bool {
        guard let parts = URLComponents(string: text), parts.scheme == "https" || parts.scheme == "http",
            let host = parts.host, !host.isEmpty
        else { return false }
        return parts.path.isEmpty && parts.user == nil && parts.password == nil && parts.query == nil
            && parts.fragment == nil
    }
}

/// What is wrong with a configuration and what would be right.
public enum ServerConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
    case unreadable(String)
    case malformed(String, String)
    case unknownField(String, known: [String])
    case plaintextDevices(String)
    case plaintext(String)
    case publicURL(String)
    case retention(Int)
    case silence(Int)
    case abandonment(Int)
    case timeZone(String)
    case deviceSilence(Int)
    case dataFolderInUse(String)
    case dataFolderUnusable(String)

    public var description: String {
        switch self {
        case .unreadable(let file): "cannot read the configuration \(file): give an existing JSON file"
        case .malformed(let file, let why): "the configuration \(file) is not right: \(why)"
        case .unknownField(let field, let known):
            "the configuration has an unknown field '\(field)': the fields are \(known.joined(separator: ", "))"
        case .dataFolderInUse(let folder):
            "another server runs on the data folder \(folder): stop it first, or give this one a folder of its own (--data)"
        case .dataFolderUnusable(let folder):
            "the data folder \(folder) cannot be made or written: check owner and permissions, and those of its parent"
        case .plaintextDevices(let address):
            "\(address) can be reached from other machines and needs a certificate: give one (--tls-certificate, "
                + "--tls-key), show the one that the server makes for itself (--own-certificate), or, where the network "
                + "encrypts by itself, allow plain connections in so many words (--allow-plaintext)"
        case .plaintext(let address):
            "\(address) can be reached from other machines and the API would send patient data unencrypted: give a "
                + "certificate (--tls-certificate, --tls-key), serve the API on a loopback address behind a proxy that "
                + "encrypts, or allow it in so many words (--allow-plaintext)"
        case .publicURL(let text):
            "\(text) is no address under which browsers reach the console: write it as in https://ecg.example.org, without a path"
        case .retention(let days):
            "a retention of \(days) days: keep waveforms for \(Self.words(ServerConfiguration.retention)) days, or for good by "
                + "leaving retentionDays out"
        case .silence(let seconds):
            "recordings silent after \(seconds) s: below the least a device may only have paused, above the most a reading "
                + "would come too late; give \(Self.words(ServerConfiguration.silence))"
        case .abandonment(let hours):
            "recordings abandoned after \(hours) h: give \(Self.words(ServerConfiguration.abandonment)), and more than a device "
                + "may be away"
        case .timeZone(let name):
            "\(name) is no time zone that this machine knows: name a place as the IANA database does, for example "
                + "Asia/Shanghai, or UTC, and no abbreviation"
        case .deviceSilence(let hours):
            "devices silent after \(hours) h: give \(Self.words(SiteSettings.deviceSilenceHours))"
        }
    }

    private static func words(_ range: ClosedRange<Int>) -> String { "\(range.lowerBound) to \(range.upperBound)" }
}
