import Hummingbird

/// `GET /network`: every clinic's devices, when they were last in touch, what they send and what is open.
struct NetworkRoutes {
    let view: NetworkView

    func add(to group: RouterGroup<APIContext>) {
        group.get("network") { _, context -> Response in
            _ = try context.reader(with: .readFigures)
            return try JSONExchange.response(try await view.status())
        }
    }
}
