import ECGModel
import ECGServer
import ECGStore
import Foundation
import GRDB
import HTTPTypes
import HummingbirdTesting
import Testing

@Suite("What cannot be written down is not done")
struct UnauditedTests {
    @Test func nothingIsChangedWhereTheAuditFails() async throws {
        let hospital = try Hospital()
        let head = try await hospital.token("head", .administrator)
        let li = try await hospital.token("li", .cardiologist)
        let alert = try await hospital.addAlert(1)
        try await hospital.open { client async throws in
            let file = try DatabaseQueue(path: hospital.directory.appending(path: "ecgnet.sqlite").path)
            try await file.write {
                try $0.execute(
                    sql: "CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'no room'); END")
            }
            func refused(
                _ method: HTTPRequest.Method, _ path: String, _ body: String = "{}", by token: String? = nil
            ) async throws {
                let answer = try await client.send(method, "/api/v1/\(path)", token: token ?? head, json: body)
                #expect(answer.status.kind == .serverError, "\(method) \(path): \(answer.text)")
            }
            let users = try await hospital.store.users()
            try await refused(
                .post, "users", #"{"name": "eve", "role": "administrator", "password": "\#(Hospital.passphrase)"}"#)
            try await refused(.delete, "users/li")
            try await refused(.post, "users/li/disable")
            try await refused(.put, "users/li/hospital", #"{"hospital": "County hospital"}"#)
            try await refused(.put, "users/li/password", #"{"password": "another correct horse"}"#)
            try await refused(.post, "users/li/link")
            #expect(try await hospital.store.users() == users)
            let key = String(repeating: "ab", count: 32)
            try await refused(.post, "devices", #"{"id": "d-1", "publicKey": "\#(key)", "clinic": "Village"}"#)
            #expect(try await hospital.store.devices().map(\.id) == ["clinic-1"])

            let events = try await hospital.store.alertEvents(of: alert.id)
            for (step, body) in [
                ("lease", "{}"), ("seen", "{}"), ("acknowledge", "{}"), ("preliminary", #"{"text": "STEMI"}"#),
                ("report", #"{"text": "STEMI"}"#), ("dismiss", #"{"reason": "artefact"}"#),
                ("critical-value", #"{"text": "STEMI"}"#),
            ] {
                try await refused(.post, "alerts/\(alert.id)/\(step)", body, by: li)
            }
            try await refused(.post, "alerts/lease", by: li)
            #expect(try await hospital.store.alert(alert.id) == alert)
            #expect(try await hospital.store.alertEvents(of: alert.id) == events)
            #expect(try await hospital.store.criticalValue(of: alert.id) == nil)
        }
    }
}
