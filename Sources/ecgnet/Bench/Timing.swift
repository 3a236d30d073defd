/// What several runs of one piece of work took, per second of a device's signal.
struct Timing: Encodable {
    var name: String
    var medianMicroseconds: Double
    var leastMicroseconds: Double
    var mostMicroseconds: Double

    /// - Parameter microseconds: one value a run; at least one.
    init(name: String, microseconds: [Double]) {
        precondition(!microseconds.isEmpty, "a timing is made of runs")
        let sorted = microseconds.sorted()
        self.name = name
        medianMicroseconds = sorted[sorted.count / 2]
        leastMicroseconds = sorted[0]
        mostMicroseconds = sorted[sorted.count - 1]
    }
}

/// A piece of work that a bench times.
struct TimedWork {
    var name: String
    var run: () throws -> Void

    /// Runs all pieces in turns, so that whatever else the machine does disturbs all alike.
    ///
    /// - Parameter secondsOfSignal: what one run works through.
    static func measure(_ pieces: [TimedWork], runs: Int, secondsOfSignal: Double) throws -> [Timing] {
        var microseconds = pieces.map { _ in [Double]() }
        var progress = ProgressBar("measuring", total: runs, unit: "runs")
        defer { progress.finish() }
        for run in 0..<runs {
            for (index, piece) in pieces.enumerated() {
                let start = ContinuousClock.now
                try piece.run()
                let elapsed = ContinuousClock.now - start
                microseconds[index].append(elapsed / .microseconds(1) / secondsOfSignal)
            }
            progress.advance(to: run + 1)
        }
        return zip(pieces, microseconds).map { Timing(name: $0.name, microseconds: $1) }
    }
}
