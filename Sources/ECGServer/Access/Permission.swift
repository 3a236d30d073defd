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
    /// The chest-pain centre's figures and the network at a glance: of clinics and devices, not of patients.
    case readFigures = "figures.read"
    /// One's own clinic's recordings and what became of them.
    case readOwnClinic = "clinic.read"
    case manageDevices = "devices.manage"
    case manageUsers = "users.manage"
    case readAudit = "audit.read"
    /// Add triage tables and put them into force.
    case manageTables = "tables.manage"
    /// Change the site's settings: the ladder, time zone, signatures.
    case manageSettings = "settings.manage"
}

extension User.Role {
    public var permissions: Set<Permission> {
        switch self {
        case .administrator:
            [
                .readRecordings, .readPatients, .readAlerts, .readFigures, .manageDevices, .manageUsers, .readAudit,
                .manageTables, .manageSettings,
            ]
        case .cardiologist: [.readRecordings, .readPatients, .readAlerts, .handleAlerts, .readFigures]
        case .clinic: [.readOwnClinic]
        case .technician: [.readRecordings, .readAlerts, .readFigures]
        }
    }
}
