import Foundation

/// What a process has used so far, as Linux tells it (proc(5)).
struct ProcessUsage: Sendable {
    /// User and system time.
    var cpuSeconds: Double
    var residentBytes: Int

    private static let ticksPerSecond = Double(sysconf(Int32(_SC_CLK_TCK)))
    /// Of the fields behind the command's name in `/proc/PID/stat`.
    private static let userTimeField = 11
    private static let systemTimeField = 12

    /// Nil if there is no such process.
    init?(of identifier: Int32) {
        guard let stat = try? String(contentsOfFile: "/proc/\(identifier)/stat", encoding: .utf8),
            let status = try? String(contentsOfFile: "/proc/\(identifier)/status", encoding: .utf8),
            let nameEnd = stat.lastIndex(of: ")")
        else { return nil }
        let fields = stat[stat.index(after: nameEnd)...].split(separator: " ")
        guard fields.count > Self.systemTimeField, let user = Double(fields[Self.userTimeField]),
            let system = Double(fields[Self.systemTimeField]),
            let resident = status.split(separator: "\n").first(where: { $0.hasPrefix("VmRSS:") }),
            let kibibytes = resident.split(whereSeparator: { !$0.isNumber }).first.flatMap({ Int($0) })
        else { return nil }
        cpuSeconds = (user + system) / Self.ticksPerSecond
        residentBytes = kibibytes * 1024
    }
}
