import Foundation
import Synchronization

/// Whether the disk has room for waveforms.
///
/// They are what fills it, and devices keep what they could not hand over. So they are refused while there is still room for what
/// nobody else keeps: alerts' steps, the ladder's messages, reports and the audit, without which nobody is told of what has
/// been stored already.
final class FreeSpace: Sendable {
    /// Bytes that waveforms leave: some hundred thousand steps of alerts with the databases' logs.
    static let keptForAlerts: Int64 = 128 << 20
    /// How often the file system is asked: what is written in between is megabytes.
    static let interval = Duration.seconds(1)

    private let interval: Duration
    private let available: @Sendable () -> Int64?
    private let latest = Mutex<(at: ContinuousClock.Instant, bytes: Int64?)?>(nil)

    /// - Parameter available: The bytes that are free; nil where nobody knows.
    init(interval: Duration = FreeSpace.interval, available: @escaping @Sendable () -> Int64?) {
        self.interval = interval
        self.available = available
    }

    /// Of the file system that holds a folder.
    convenience init(of folder: String) {
        self.init {
            var status = statvfs()
            guard statvfs(folder, &status) == 0 else { return nil }
            return Int64(clamping: status.f_bavail).multipliedReportingOverflow(by: Int64(status.f_frsize)).partialValue
        }
    }

    /// Throws ``StoreError/unavailable(_:)`` where waveforms would take what is kept.
    func checkRoomForWaveforms() throws(StoreError) {
        let now = ContinuousClock.now
        let bytes = latest.withLock { latest in
            if let latest, now - latest.at < interval { return latest.bytes }
            let bytes = available()
            latest = (now, bytes)
            return bytes
        }
        guard let bytes, bytes < Self.keptForAlerts else { return }
        throw StoreError.unavailable(
            "the disk is nearly full, \(bytes >> 20) MB are left, and recordings are taken again from "
                + "\(Self.keptForAlerts >> 20) MB on: free space or shorten the retention")
    }
}
