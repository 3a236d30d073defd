import ECGModel

/// Alerts of long recordings per hour of signal, a row a set and code: what a day's monitoring would ask of the hospital.
/// An alert counts once a recording, as in the queue; on vfdb most of them are due.
public struct AlertRateTable: AccuracyTable {
    public let name = "alert-rate"
    public let sets = ["mitdb", "nstdb", "qtdb", "cinc2014", "cinc2014x", "tele", "cpsc2021", "vfdb"]

    private static let marginPerHour = 0.3

    private var seconds: [String: Double] = [:]
    private var recordings: [String: Int] = [:]
    private var alerts: [String: [AlarmPriority: Int]] = [:]
    private var codes: [String: [String: Int]] = [:]

    public init() {}

    public mutating func add(_ analysed: AnalysedSubject, from folder: RecordingFolder) {
        guard let set = analysed.subject.set else { return }
        seconds[set, default: 0] += analysed.seconds
        recordings[set, default: 0] += 1
        for alert in analysed.alerts {
            alerts[set, default: [:]][alert.priority, default: 0] += 1
            if alert.priority > .low {
                codes[set, default: [:]]["\(alert.priority.rawValue)/\(alert.code)", default: 0] += 1
            }
        }
    }

    public func report() -> TableReport {
        var report = TableReport(
            name: name, title: "Alerts of long recordings",
            definition: "Alerts per hour of signal, each code once a recording, at its highest priority.",
            columns: ["set", "recordings", "hours", "high/h", "medium/h", "low/h", "high and medium by code"])
        for set in sets {
            guard let seconds = seconds[set], seconds > 0 else { continue }
            func perHour(_ priority: AlarmPriority) -> Double {
                Double(alerts[set]?[priority] ?? 0) * 3600 / seconds
            }
            let byCode = (codes[set] ?? [:]).sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            report.append(
                [set, "\(recordings[set] ?? 0)", Printed.number(seconds / 3600)]
                    + [AlarmPriority.high, .medium, .low].map { Printed.number(perHour($0), digits: 2) }
                    + [byCode.map { "\($0.key) \($0.value)" }.joined(separator: ", ")],
                set == "mitdb"
                    ? Figure(
                        "alert-rate/mitdb/high", perHour(.high), unit: "/h", better: .low,
                        margin: Self.marginPerHour) : nil,
                set == "mitdb"
                    ? Figure(
                        "alert-rate/mitdb/medium", perHour(.medium), unit: "/h", better: .low,
                        margin: Self.marginPerHour) : nil)
        }
        return report
    }
}
