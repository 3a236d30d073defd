import ECGModel
import ECGStore

extension RecordingDocument {
    /// The recording as somebody may see it: the patient's context only for roles that may read it.
    init(_ recording: StoredRecording, visibleTo reader: Principal) {
        self.init(recording, patient: reader.may(.readPatients) ? recording.header.patient : nil)
    }
}

extension AlertEvent {
    /// The event as somebody may see it: what people wrote may be about the patient.
    func visible(to reader: Principal) -> AlertEvent {
        var event = self
        if !reader.may(.readPatients) {
            event.text = nil
            event.report?.reason = nil
        }
        return event
    }
}
