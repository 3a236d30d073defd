import Foundation

/// How many sockets and files the system lets the process have open.
///
/// Without descriptors a server can neither take a connection nor open a day's database: strangers who fill the devices' port
/// would stop the readers and the store with it. What devices may have is what the others leave.
public enum DescriptorLimit {
    /// For databases, of which each open day has a dozen files, messages to sinks, certificates and event loops.
    private static let keptForFiles = 256
    /// With fewer a server is of no use to anybody.
    private static let fewestDevices = 16

    /// Raises the limit as far as the process may: what a shell or a service is given at first is often 1,024.
    public static func raise() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        // Where it may not, the server goes by what it has.
        _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    /// The connections that devices may have beside `readers` ones of the API: no more than `most`.
    static func devices(atMost most: Int, besides readers: Int, of limit: Int = current) -> Int {
        min(most, max(fewestDevices, limit - readers - keptForFiles))
    }

    static var current: Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return .max }
        return Int(clamping: limit.rlim_cur)
    }
}
