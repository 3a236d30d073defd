import ECGModel
import ECGStore
import HTTPTypes
import Hummingbird
import NIOCore

/// The chest-pain centre's figures: of clinics and months, never of a patient.
struct FigureRoutes {
    let desk: FigureDesk
    let audit: AuditTrail

    /// `GET /figures?from=&to=&clinic=&township=`; `GET /figures.csv`, a row a clinic and month; `GET /figures-rules.csv`, a
    /// row a rule and month.
    func add(to group: RouterGroup<APIContext>) {
        group.get("figures") { request, context -> Response in
            _ = try context.reader(with: .readFigures)
            return try JSONExchange.response(try await desk.report(try question(request)))
        }
        group.get("figures.csv") { request, context in
            try await table(request, context, "ecgnet") { $0.commaSeparated }
        }
        group.get("figures-rules.csv") { request, context in
            try await table(request, context, "ecgnet-rules") { $0.rulesCommaSeparated }
        }
    }

    private func table(
        _ request: Request, _ context: APIContext, _ name: String, _ text: (FigureReport) -> String
    ) async throws -> Response {
        let me = try context.reader(with: .readFigures)
        var question = try question(request)
        question.withCells = true
        let report = try await desk.report(question)
        try await audit.note("figures.export", by: me.name, subject: name)
        return Response(
            status: .ok,
            headers: [
                .contentType: "text/csv; charset=utf-8; header=present",
                .contentDisposition: "attachment; filename=\"\(name)-\(report.from)-\(report.to).csv\"",
            ],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text(report))))
    }

    private func question(_ request: Request) throws -> FigureDesk.Question {
        FigureDesk.Question(
            from: try request.query("from"), to: try request.query("to"), clinic: try request.query("clinic"),
            township: try request.query("township"))
    }
}
