/// Cuts a recording into stretches of 10 s to 5 min, so that the first seconds of a recording, which come once in half
/// an hour, are as well known as the rest; of one to all leads, in any order.
enum Excerpts {
    private static let shortestSeconds: Float = 10
    private static let longestSeconds: Float = 320

    struct Excerpt {
        var recording: MarkedRecording
        var isDisturbed: Bool
    }

    /// - Parameter undisturbedShare: as many stay as they are, with all leads in their order.
    static func draw(from recording: MarkedRecording, undisturbedShare: Float, _ draws: inout SeededDraws) -> [Excerpt]
    {
        var excerpts: [Excerpt] = []
        var first = draws.index(below: max(1, min(recording.count / 4, Int(recording.samplingRate * 4))))
        while first + Int(3 * recording.samplingRate) < recording.count {
            let seconds = draws.ratio(shortestSeconds, longestSeconds)
            let last = min(recording.count, first + Int(Double(seconds) * recording.samplingRate))
            let isDisturbed = !draws.chance(undisturbedShare)
            let chosen = isDisturbed ? leads(of: recording.leads.count, &draws) : Array(recording.leads.indices)
            excerpts.append(
                Excerpt(recording: recording.excerpt(first..<last, leads: chosen), isDisturbed: isDisturbed))
            first = last
        }
        return excerpts
    }

    private static func leads(of count: Int, _ draws: inout SeededDraws) -> [Int] {
        let order = (0..<count).shuffled(using: &draws)
        let draw = draws.uniform(0, 1)
        let number = draw < 0.4 ? 1 : draw < 0.85 ? 2 : draw < 0.95 ? 3 : count
        return Array(order.prefix(number))
    }
}
