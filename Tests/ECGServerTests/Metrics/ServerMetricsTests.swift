import ECGModel
import ECGServer
import ECGStore
import HTTPTypes
import HummingbirdTesting
import Testing

/// What the server tells machines and writes down: health, metrics, logs, and nothing of patients in any of them.
@Suite struct ServerMetricsTests {
    @Test func theQueueAndTheRequestsAreMeasured() async throws {
        let hospital = try Hospital()
        let alert = try await hospital.addAlert(1)
        let token = try await hospital.token("dr.li", .cardiologist)
        hospital.clock.advance(seconds: 90)
        try await hospital.open { client async throws in
            _ = try await client.send(.get, "/api/v1/alerts/\(alert.id)", token: token)
            _ = try await client.send(.get, "/api/v1/alerts/999", token: token)
            _ = try await client.send(try #require(HTTPRequest.Method("ODD")), "/api/v1/nowhere/1")
            let answer = try await client.send(.get, "/metrics")
            #expect(answer.headers[.contentType] == "text/plain; version=0.0.4; charset=utf-8")
            let lines = answer.text.split(separator: "\n")
            for line in [
                "ecgnet_alerts_open{priority=\"high\"} 1", "ecgnet_alerts_open{priority=\"low\"} 0",
                "ecgnet_alerts_unacknowledged 1", "ecgnet_alerts_oldest_unacknowledged_age_seconds 90",
                "ecgnet_http_requests_total{method=\"GET\",route=\"/api/v1/alerts/{alert}\",status=\"200\"} 1",
                "ecgnet_http_requests_total{method=\"GET\",route=\"/api/v1/alerts/{alert}\",status=\"404\"} 1",
                "ecgnet_http_requests_total{method=\"other\",route=\"NotFound\",status=\"404\"} 1",
            ] {
                #expect(lines.contains { $0 == line }, "\(line) in \(answer.text)")
            }
        }
    }

    @Test func metricsAreOpenOnLoopbackOnly() async throws {
        let hospital = try Hospital(metricsNeedToken: true)
        let token = try await hospital.token("t", .technician)
        try await hospital.open { client async throws in
            #expect(try await client.send(.get, "/metrics").status == .unauthorized)
            #expect(try await client.send(.get, "/metrics", token: token).status == .ok)
        }
    }

    @Test(arguments: ["X-Forwarded-For", "Forwarded", "Via", "X-Forwarded-Proto"])
    func whatCameThroughAProxyIsAskedForAToken(header: String) async throws {
        let hospital = try Hospital()
        let token = try await hospital.token("t", .technician)
        let name = try #require(HTTPField.Name(header))
        try await hospital.open { client async throws in
            #expect(try await client.send(.get, "/metrics").status == .ok)
            #expect(try await client.send(.get, "/metrics", headers: [name: "192.0.2.1"]).status == .unauthorized)
            let known = try await client.send(.get, "/metrics", token: token, headers: [name: "192.0.2.1"])
            #expect(known.status == .ok)
        }
    }

    @Test func readinessIsMoreThanBeingAlive() async throws {
        let hospital = try Hospital()
        try await hospital.open { client async throws in
            #expect(try await client.send(.get, "/healthz").status == .ok)
            #expect(try await client.send(.get, "/readyz").status == .ok)
        }
        let starting = try Hospital()
        starting.ready.isOn = false
        try await starting.open { client async throws in
            #expect(try await client.send(.get, "/healthz").status == .ok)
            #expect(try await client.send(.get, "/readyz").status == .serviceUnavailable)
        }
        let broken = try Hospital()
        try await broken.store.close()
        try await broken.open { client async throws in
            #expect(try await client.send(.get, "/healthz").status == .ok)
            #expect(try await client.send(.get, "/readyz").status == .serviceUnavailable)
            let answer = try await client.send(.post, "/api/v1/login", json: #"{"name": "a", "password": "b"}"#)
            #expect(answer.status == .serviceUnavailable)
            #expect(answer.errorCode == "store-unavailable")
        }
    }

    @Test func nothingOfPatientsOrSecretsLeaksOut() async throws {
        let hospital = try Hospital()
        let alert = try await hospital.addAlert(1)
        let token = try await hospital.token("dr.li", .cardiologist)
        let technician = try await hospital.token("t", .technician)
        let secrets = Hospital.secrets + [token, technician, Hospital.passphrase, "QUERY-SECRET-4"]
        try await hospital.open { client async throws in
            let recording = "/api/v1/recordings/\(alert.recording)"
            let report = #"{"text": "REPORT-SECRET-3"}"#
            let login = #"{"name": "dr.li", "password": "\#(Hospital.passphrase)"}"#
            var refusals: [TestResponse] = []
            for (method, path, body, bearer) in [
                (HTTPRequest.Method.get, recording, nil, token), (.get, "\(recording)/waveform", nil, token),
                (.get, "\(recording)/wfdb", nil, token), (.get, "\(recording)?x=QUERY-SECRET-4", nil, token),
                (.get, "/setup?token=QUERY-SECRET-4", nil, token), (.post, "/api/v1/login", login, token),
                (.post, "/api/v1/alerts/\(alert.id)/report", #"{"text": ["REPORT-SECRET-3"]}"#, token),
                (.post, "/api/v1/alerts/\(alert.id)/report", "REPORT-SECRET-3", token),
                (.post, "/api/v1/alerts/\(alert.id)/report", report, technician),
                (.post, "/api/v1/alerts/\(alert.id)/report", report, token),
                (.get, "/api/v1/recordings?before=QUERY-SECRET-4", nil, token),
            ] as [(HTTPRequest.Method, String, String?, String)] {
                let answer = try await client.send(method, path, token: bearer, json: body)
                if answer.status.kind != .successful { refusals.append(answer) }
            }
            #expect(refusals.count == 5)
            let metrics = try await client.send(.get, "/metrics").text
            for secret in secrets {
                for refusal in refusals { #expect(!refusal.text.contains(secret)) }
                #expect(!metrics.contains(secret))
            }
        }
        let lines = hospital.log.lines
        #expect(lines.contains { $0.contains("/api/v1/recordings/{recording}") && $0.contains("dr.li") })
        for line in lines {
            for secret in secrets { #expect(!line.contains(secret), "\(line)") }
        }
    }
}
