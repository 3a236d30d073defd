extension MarkedRecording {
    /// A span of time of some leads, in a given order.
    func excerpt(_ span: Range<Int>, leads chosen: [Int]) -> MarkedRecording {
        var part = self
        part.leads = chosen.map { Array(leads[$0][span]) }
        part.marks = marks.filter { span.contains($0.sample) }
        for k in part.marks.indices { part.marks[k].sample -= span.lowerBound }
        part.unknown = unknown.filter { $0.overlaps(span) }.map {
            ($0.lowerBound - span.lowerBound)...($0.upperBound - span.lowerBound)
        }
        return part
    }

    /// The median height of the marked complexes of a lead, or the lead's spread where none are marked.
    func complexHeight(lead: Int) -> Float {
        let reach = Int(0.06 * samplingRate)
        var heights: [Float] = []
        let stride = max(1, marks.count / 40)
        for k in Swift.stride(from: 0, to: marks.count, by: stride) {
            let first = max(0, marks[k].sample - reach)
            let last = min(count - 1, marks[k].sample + reach)
            guard first < last else { continue }
            let values = leads[lead][first...last]
            heights.append((values.max() ?? 0) - (values.min() ?? 0))
        }
        if heights.isEmpty {
            let values = leads[lead].sorted()
            return max(0.05, values[values.count * 99 / 100] - values[values.count / 100])
        }
        heights.sort()
        return max(0.02, heights[heights.count / 2])
    }

    /// A moving mean over a span of time, centred.
    func smoothed(lead: Int, seconds: Double) -> [Float] {
        let reach = max(1, Int(seconds * samplingRate / 2))
        let x = leads[lead]
        var sums: [Double] = [0]
        sums.reserveCapacity(count + 1)
        for value in x { sums.append(sums[sums.count - 1] + Double(value)) }
        return x.indices.map { i in
            let first = max(0, i - reach)
            let last = min(count, i + reach + 1)
            return Float((sums[last] - sums[first]) / Double(last - first))
        }
    }
}
