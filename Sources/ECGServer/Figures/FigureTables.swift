extension FigureReport {
    /// A row a clinic and month, under one line of names.
    var commaSeparated: String {
        var table = CommaSeparatedText()
        var names = ["month", "township", "clinic", "recordings"]
        for stretch in TimedStretch.allCases {
            names += [
                "cases", "mean_s", "median_s", "p95_s", "within_target", "judged", "missing", "implausible", "pending",
            ].map { "\(stretch.rawValue)_\($0)" }
        }
        names += [
            "alerts_high", "alerts_medium", "alerts_low", "alerts_per_1000", "high_per_1000", "high_confirmed",
            "high_not_confirmed", "high_dismissed", "high_unstated", "high_undecided", "predictive_value", "unusable",
            "repeated", "clock_cases", "clock_median_s", "clock_p95_s", "clock_within_minute",
        ]
        table.add(names.map { .text($0) })
        for cell in cells ?? [] {
            var row: [CommaSeparatedText.Field] = [
                .text(cell.month.description), .text(cell.township ?? ""), .text(cell.clinic),
                .count(cell.figures.recordings),
            ]
            for stretch in TimedStretch.allCases {
                guard let figure = cell.figures[stretch] else { continue }
                row += [
                    .count(figure.cases), .number(figure.mean, digits: 1), .number(figure.median, digits: 1),
                    .number(figure.p95, digits: 1), .count(figure.withinTarget), .count(figure.judged),
                    .count(figure.missing), .count(figure.implausible), .count(figure.pending),
                ]
            }
            let (alerts, quality, clock) = (cell.figures.alerts, cell.figures.quality, cell.figures.clock)
            row += [
                .count(alerts.high), .count(alerts.medium), .count(alerts.low), .number(alerts.perThousand, digits: 2),
                .number(alerts.highPerThousand, digits: 2), .count(alerts.verdicts.confirmed),
                .count(alerts.verdicts.notConfirmed), .count(alerts.verdicts.dismissed),
                .count(alerts.verdicts.unstated), .count(alerts.verdicts.undecided),
                .number(alerts.predictiveValue, digits: 3),
                .count(quality.unusable),
                .count(quality.repeated), .count(clock.cases), .number(clock.median, digits: 1),
                .number(clock.p95, digits: 1), .count(clock.withinMinute),
            ]
            table.add(row)
        }
        return table.text
    }

    /// A row a rule and month, under one line of names.
    var rulesCommaSeparated: String {
        var table = CommaSeparatedText()
        table.add(
            [
                "month", "rule", "alerts_high", "high_confirmed", "high_not_confirmed", "high_dismissed",
                "high_unstated", "high_undecided", "predictive_value",
            ].map { .text($0) })
        for cell in ruleCells ?? [] {
            table.add([
                .text(cell.month?.description ?? ""), .text(cell.rule), .count(cell.high),
                .count(cell.verdicts.confirmed), .count(cell.verdicts.notConfirmed),
                .count(cell.verdicts.dismissed), .count(cell.verdicts.unstated), .count(cell.verdicts.undecided),
                .number(cell.predictiveValue, digits: 3),
            ])
        }
        return table.text
    }
}
