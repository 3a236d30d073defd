public import ECGStore

/// What a role allows. Every right of every role is in ``User/Role/permissions`` and nowhere else.
public enum Permission: String, Hashable, Sendable, CaseIterable {
    /// Lists of recordings, waveforms and machine readings, without the patient's context.
    case readRecordings = "recordings.read"
    /// Who the patient is: reference, sex, age, complaint, times; and what people wrote about the alert.
    case readPatients = "patients.read"
    /// The alert queue and its events.
    case readAlerts = "alerts.read"
    /// Lease, open, acknowledge, report and dismiss alerts.
    case handleAlerts = "alerts.handle"
    case manageDevices = "devices.manage"
    case manageUsers = "users.manage"
    case readAudit = "audit.read"
}

extension User.Role {
    public var permissions: Set<Permission> {
        switch self {
        case .administrator:
            [.readRecordings, .readPatients, .readAlerts, .manageDevices, .manageUsers, .readAudit]
        case .cardiologist: [.readRecordings, .readPatients, .readAlerts, .handleAlerts]
        case .technician: [.readRecordings, .readAlerts]
        }
    }
}
