public import ECGModel
import GRDB

extension SQLiteStore {
    public func reduceCourses<Result: Sendable>(
        openedFrom start: Timestamp, before end: Timestamp, into initial: Result,
        _ update: @escaping @Sendable (inout Result, RecordingCourse) throws -> Void
    ) async throws -> Result {
        try await read { db in
            let alerts = try Self.alertCourses(openedFrom: start, before: end, in: db)
            let townships = try Row.fetchAll(db, sql: "SELECT name, township FROM devices WHERE township IS NOT NULL")
                .reduce(into: [String: String]()) { $0[$1["name"]] = $1["township"] }
            let rows = try Row.fetchCursor(
                db,
                sql: """
                    SELECT recording, device, clinic, reference, opened_at, closed_at, device_time, clock_offset,
                        first_contact_at, duration, quality,
                        EXISTS (
                            SELECT 1 FROM recording_courses AS other
                            WHERE other.reference = course.reference AND other.clinic = course.clinic
                                AND other.first_contact_at = course.first_contact_at
                                AND ifnull(other.device_time, other.opened_at)
                                    < ifnull(course.device_time, course.opened_at)
                        ) AS follows
                    FROM recording_courses AS course
                    WHERE opened_at >= ? AND opened_at < ? ORDER BY opened_at, recording
                    """, arguments: [start.column, end.column])
            var result = initial
            while let row = try rows.next() {
                var course = RecordingCourse(
                    device: row["device"], clinic: row["clinic"], openedAt: try row.value("opened_at"))
                course.township = townships[course.device]
                course.reference = row["reference"]
                course.closedAt = try row.optionalValue("closed_at")
                course.deviceTime = try row.optionalValue("device_time")
                course.clockOffset = try row.optionalValue("clock_offset")
                course.firstContactAt = try row.optionalValue("first_contact_at")
                course.duration = try row.optionalValue("duration")
                course.quality = try row.optionalValue("quality")
                course.followsAnother = row["follows"]
                course.alerts = alerts[row["recording"]] ?? []
                try update(&result, course)
            }
            return result
        }
    }

    /// By the recordings' rows. Reopened alerts count by what happened first, and never by what was done about a report that was
    /// out already; an acknowledgement that was taken back did not happen. A report holds until its amendment is signed.
    private static func alertCourses(
        openedFrom start: Timestamp, before end: Timestamp, in db: Database
    ) throws -> [Int64: [AlertCourse]] {
        let isReported = """
            EXISTS (
                SELECT 1 FROM alert_events AS report WHERE report.alert = event.alert
                    AND report.kind = 'reported' AND report.sequence < event.sequence)
            """
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT event.recording, event.alert, alerts.priority,
                    CASE WHEN alerts.amending THEN 'reported' ELSE alerts.state END AS state,
                    ifnull(min(CASE kind WHEN 'raised' THEN at END), alerts.raised_at) AS raised,
                    min(CASE WHEN kind = 'seen' AND NOT \(isReported) THEN at END) AS seen,
                    json_extract(alerts.finding, '$.rule.rule') AS rule,
                    min(CASE WHEN kind = 'acknowledged' AND (
                        SELECT next.kind FROM alert_events AS next
                        WHERE next.alert = event.alert AND next.sequence > event.sequence
                            AND next.kind IN (
                                'acknowledged', 'preliminary', 'submitted', 'reported', 'dismissed', 'undone')
                        ORDER BY next.sequence LIMIT 1
                    ) IS NOT 'undone' AND NOT \(isReported) THEN at END) AS acknowledged,
                    min(CASE WHEN kind IN ('preliminary', 'reported') THEN at END) AS reported,
                    (
                        SELECT json_extract(report, '$.conclusion') FROM alert_events AS final
                        WHERE final.alert = event.alert AND final.kind IN ('reported', 'amended')
                        ORDER BY sequence DESC LIMIT 1
                    ) AS conclusion
                FROM recording_courses AS course
                    CROSS JOIN alert_events AS event ON event.recording = course.recording
                    JOIN alerts ON alerts.id = event.alert
                WHERE course.opened_at >= ? AND course.opened_at < ?
                GROUP BY event.alert
                """, arguments: [start.column, end.column])
        var found: [Int64: [AlertCourse]] = [:]
        while let row = try rows.next() {
            var course = AlertCourse(
                rule: row["rule"], priority: try row.value("priority"), state: try row.value("state"),
                raisedAt: try row.value("raised"))
            course.seenAt = try row.optionalValue("seen")
            course.acknowledgedAt = try row.optionalValue("acknowledged")
            course.reportedAt = try row.optionalValue("reported")
            course.conclusion = try row.optionalValue("conclusion")
            found[row["recording"], default: []].append(course)
        }
        return found
    }

    public func deviceActivity(since: Timestamp, today: Timestamp) async throws -> [String: DeviceActivity] {
        try await read { db in
            var found: [String: DeviceActivity] = [:]
            let counts = try Row.fetchAll(
                db,
                sql: """
                    SELECT device, quality, count(*) AS count, sum(opened_at >= ?2) AS today FROM recording_courses
                    WHERE opened_at >= min(?1, ?2) GROUP BY device, quality
                    """, arguments: [since.column, today.column])
            for row in counts {
                let device: String = row["device"]
                found[device, default: DeviceActivity()].recordingsToday += row["today"]
                if let verdict: RecordingQuality.Verdict = try row.optionalValue("quality") {
                    found[device]?.quality[verdict] = row["count"]
                }
            }
            let open = try Row.fetchAll(
                db,
                sql: """
                    SELECT device, priority, count(*) AS count
                    FROM alerts JOIN recordings ON recordings.id = alerts.recording
                    WHERE \(AlertTables.isOpen) GROUP BY device, priority
                    """)
            for row in open {
                found[row["device"], default: DeviceActivity()].openAlerts[try row.value("priority")] = row["count"]
            }
            return found
        }
    }
}
