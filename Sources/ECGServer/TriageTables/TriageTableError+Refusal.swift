import ECGModel
import ECGTriage

extension TriageTableError {
    /// What is wrong with a table, in parts.
    var refusal: Refusal {
        func refusal(_ reason: String, _ values: [String: String] = [:]) -> Refusal {
            Refusal(reason, description, values)
        }
        return switch self {
        case .missingVersion: refusal("table-version")
        case .emptyRule(let position): refusal("rule-without-id", ["number": "\(position + 1)"])
        case .duplicateRule(let id): refusal("rule-twice", ["name": id])
        case .missingSource(let rule): refusal("rule-without-source", ["name": rule])
        case .outOfRange(let entry, let value, let unit, let allowed):
            refusal(
                "out-of-range",
                [
                    "entry": entry, "value": unit.isEmpty ? "\(value)" : "\(value) \(unit)",
                    "least": "\(allowed.lowerBound)", "most": "\(allowed.upperBound)",
                ])
        case .noElevationLimit(let lead): refusal("no-elevation-limit", ["lead": "\(lead)"])
        case .emptyAges(let position): refusal("empty-ages", ["number": "\(position + 1)"])
        case .repeatedLead(let entry, let lead): refusal("lead-twice", ["entry": entry, "lead": "\(lead)"])
        case .unknownCriterion(let name): refusal("unknown-criterion", ["name": name])
        case .outOfOrder(let lower, let higher): refusal("out-of-order", ["lower": lower, "higher": higher])
        case .unknownField(let place): refusal("unknown-table-field", ["name": place])
        case .noNeighbour(let lead): refusal("no-neighbour", ["lead": "\(lead)"])
        case .emptyList(let entry): refusal("empty-list", ["entry": entry])
        case .priorityTooLow(let entry, let least):
            refusal("priority-too-low", ["entry": entry, "least": least.rawValue])
        }
    }
}
