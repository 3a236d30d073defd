public import ECGModel
public import ECGStore

/// The clinics and their devices as they are now.
public struct NetworkStatus: Hashable, Sendable, Codable {
    public struct DeviceStatus: Hashable, Sendable, Codable {
        public var id: String
        public var clinic: String
        public var township: String?
        public var place: GeographicPlace?
        public var lastContactAt: Timestamp?
        /// Not in touch for longer than the site's limit.
        public var isSilent: Bool
        public var recordingsToday: Int
        /// Recordings of the last seven days by the machine's verdict of their signal.
        public var good: Int
        public var doubtful: Int
        public var unusable: Int
        public var openHigh: Int
        public var openMedium: Int
        public var openLow: Int
        /// Name and version of the software, as the device told it.
        public var software: String?
        /// The device's clock minus the server's when it last connected.
        public var clockOffsetSeconds: Double?
    }

    /// By township, clinic and name, those that were revoked left out.
    public var devices: [DeviceStatus]
    public var now: Timestamp
    public var silentAfterHours: Int
}

/// Puts together what the store knows of the network.
struct NetworkView: Sendable {
    let store: any Store
    let site: @Sendable () -> SiteSettings
    let now: @Sendable () -> Timestamp

    /// Long enough that a clinic with three recordings a week has some.
    private static let qualitySpan = Duration.days(7)

    func status() async throws -> NetworkStatus {
        let time = now()
        let site = self.site()
        let activity = try await store.deviceActivity(
            since: time - Self.qualitySpan, today: site.calendar.startOfDay(time))
        let devices = try await store.devices().filter { $0.revokedAt == nil }.map { device in
            let activity = activity[device.id] ?? DeviceActivity()
            return NetworkStatus.DeviceStatus(
                id: device.id, clinic: device.clinic, township: device.township, place: device.place,
                lastContactAt: device.lastContactAt, isSilent: isSilent(device, after: site.deviceSilence, at: time),
                recordingsToday: activity.recordingsToday, good: activity.quality[.good] ?? 0,
                doubtful: activity.quality[.doubtful] ?? 0, unusable: activity.quality[.unusable] ?? 0,
                openHigh: activity.openAlerts[.high] ?? 0, openMedium: activity.openAlerts[.medium] ?? 0,
                openLow: activity.openAlerts[.low] ?? 0, software: device.software,
                clockOffsetSeconds: device.clockOffset.map { $0 / .seconds(1) })
        }
        return NetworkStatus(
            devices: devices.sorted { ($0.township ?? "", $0.clinic, $0.id) < ($1.township ?? "", $1.clinic, $1.id) },
            now: time, silentAfterHours: site.deviceSilentAfterHours)
    }

    /// One that never connected has been silent since it was registered. One whose last contact is still to come was noted by
    /// a clock that has been set back, and has not been in touch since: an alarm too many.
    private func isSilent(_ device: Device, after silence: Duration, at time: Timestamp) -> Bool {
        let contact = device.lastContactAt ?? device.addedAt
        return time - contact > silence || contact - time > Timestamp.widestServerClocks
    }

    func count(at time: Timestamp) async throws -> (devices: Int, silent: Int) {
        let devices = try await store.devices().filter { $0.revokedAt == nil }
        let silence = self.site().deviceSilence
        return (devices.count, devices.count { isSilent($0, after: silence, at: time) })
    }
}
