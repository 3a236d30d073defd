/// The largest error of many, with the name of where it was.
struct Farthest: Sendable {
    private(set) var error = 0.0
    private(set) var place: String?

    /// The first of equals stays.
    mutating func note(_ error: Double, at place: @autoclosure () -> String) {
        guard error.magnitude > self.error.magnitude else { return }
        self.error = error
        self.place = place()
    }

    /// The error, and in brackets where it was.
    var text: String {
        place.map { "\(Printed.number(error, digits: 0, sign: true)) (\($0))" } ?? Printed.none
    }
}
