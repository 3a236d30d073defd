import ECGModel
import ECGStore
import HTTPTypes
import Hummingbird
import NIOCore

/// The chest-pain centre's figures: of clinics and months, never of a patient.
struct FigureRoutes {
    let desk: FigureDesk
    let audit: AuditTrail

    /// `GET /figures?from=&to=&clinic=&township=`; `GET /figures.csv`, a row a clinic and month.
    func add(to group: RouterGroup<APIContext>) {
        group.get("figures") { request, context -> Response in
            _ = try context.reader(with: .readFigures)
            return try JSONExchange.response(try await desk.report(try question(request)))
        }
        group.get("figures.csv") { request, context -> Response in
            let me = try context.reader(with: .readFigures)
            var question = try question(request)
            question.withCells = true
            let report = try await desk.report(question)
            try await audit.note("figures.export", by: me.name, subject: "figures")
            return Response(
                status: .ok,
                headers: [
                    .contentType: "text/csv; charset=utf-8; header=present",
                    .contentDisposition: "attachment; filename=\"ecgnet-\(report.from)-\(report.to).csv\"",
                ],
                body: ResponseBody(byteBuffer: ByteBuffer(string: report.commaSeparated)))
        }
    }

    private func question(_ request: Request) throws -> FigureDesk.Question {
        FigureDesk.Question(
            from: try request.query("from"), to: try request.query("to"), clinic: try request.query("clinic"),
            township: try request.query("township"))
    }
}
