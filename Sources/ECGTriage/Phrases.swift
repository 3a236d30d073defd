import ECGModel

/// How numbers and leads are written in the sentences for people.
enum Phrases {
    /// A number with a fixed count of decimals, rounded half away from zero.
    static func decimal(_ value: Double, places: Int) -> String {
        var scale = 1.0
        for _ in 0..<places { scale *= 10 }
        let scaled = (value * scale).rounded(.toNearestOrAwayFromZero)
        // Measurements are physical and finite; the clamp only keeps an absurd one from trapping.
        let whole = Int(max(-1e12, min(1e12, scaled)))
        let digits = String(whole.magnitude)
        let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
        let sign = whole < 0 ? "-" : ""
        return places == 0 ? sign + padded : sign + padded.dropLast(places) + "." + padded.suffix(places)
    }

    static func millivolts(_ value: Millivolts) -> String { decimal(value.value, places: 2) + " mV" }
    static func milliseconds(_ value: Milliseconds) -> String { decimal(value.value, places: 0) + " ms" }
    static func seconds(_ value: Milliseconds) -> String { decimal(value.value / 1000, places: 1) + " s" }
    static func rate(_ value: BeatsPerMinute) -> String { decimal(value.value, places: 0) + "/min" }
    static func days(_ days: Int) -> String {
        days == 0 ? "less than a day" : days == 1 ? "one day" : "\(days) days"
    }
    static func leads(_ leads: [Lead]) -> String { leads.map(\.name).joined(separator: ", ") }

    /// Leads in the order of the page, three and more neighbours of the chest as a range: `II, III and V1-V4`.
    static func page(_ leads: [Lead]) -> String {
        var items = leads.filter(Lead.limb.contains).map(\.name)
        var run: [Lead] = []
        func end() -> [String] { run.count > 2 ? ["\(run[0])-\(run[run.count - 1])"] : run.map(\.name) }
        for lead in Lead.precordial {
            if leads.contains(lead) {
                run.append(lead)
            } else {
                items += end()
                run.removeAll()
            }
        }
        return list(items + end())
    }

    /// `a`, `a and b`, `a, b and c`.
    static func list(_ items: [String]) -> String {
        guard let last = items.last, items.count > 1 else { return items.first ?? "" }
        return items.dropLast().joined(separator: ", ") + " and " + last
    }
}
