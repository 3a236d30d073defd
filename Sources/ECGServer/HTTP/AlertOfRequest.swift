import ECGModel
import ECGStore
import HTTPTypes
import Hummingbird

extension Store {
    /// The alert that a request names by its number.
    ///
    /// Whoever has it before their eyes says of which recording it was (`X-Ecgnet-Recording`): once a backup has been restored,
    /// a number on a page, in a pager or in a note may be another patient's. An alert is of one recording as long as its
    /// database lasts, so that what is found here holds when the step is taken.
    func alert(of request: Request, _ context: APIContext) async throws -> AlertID {
        let id: AlertID = try context.path("alert")
        guard let field = request.headers[.believedRecording] else { return id }
        guard let believed = RecordingID(field) else {
            throw APIError.badRequest("X-Ecgnet-Recording must be the id of the recording that the alert was read with")
        }
        guard let alert = try await alert(id) else { throw StoreError.unknownAlert(id) }
        guard alert.recording == believed else {
            throw APIError(
                .conflict, .anotherRecording,
                "alert \(id) is of another recording than you have read, and nothing was done: look it up in the list of "
                    + "alerts")
        }
        return id
    }
}
