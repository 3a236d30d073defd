import ECGModel

/// Beats drawn from trapezia and raised-cosine bells, so that every boundary and level is known exactly.
///
/// The QRS complex is a triangle up and a triangle down that start and end at exact instants; ST is a level that begins
/// at the J point and fades under the T wave.
struct DrawnHeart {
    var rate = 500.0
    var leads: [Lead] = Lead.standardTwelve
    var interval = 0.8
    var seconds = 20.0
    var onset = -0.040
    var jPoint = 0.050
    /// Millivolts, by lead number: R, S, P, T and the ST level.
    var r: (Int) -> Double = { 0.8 + 0.05 * Double($0) }
    var s: (Int) -> Double = { -0.3 - 0.02 * Double($0) }
    var p: (Int) -> Double = { _ in 0.12 }
    var t: (Int) -> Double = { _ in 0.25 }
    var st: (Int) -> Double = { _ in 0 }
    /// Seconds from the R peak, by lead number: where the T wave begins and ends, and the millivolts of a second phase that
    /// follows and lasts as long.
    var tStart: (Int) -> Double = { _ in DrawnHeart.tStart }
    var tEnd: (Int) -> Double = { _ in DrawnHeart.tEnd }
    var tSecond: (Int) -> Double = { _ in 0 }
    /// What is added to every lead, millivolts at a time in seconds.
    var disturbance: (Double) -> Double = { _ in 0 }

    static let pOnset = -0.190
    static let pEnd = -0.090
    static let tStart = 0.180
    static let tEnd = 0.360

    /// A bell from `start` to `end` with its top halfway, 0 outside.
    static func bell(_ time: Double, from start: Double, to end: Double) -> Double {
        guard time > start, time < end else { return 0 }
        let x = (time - start) / (end - start)
        let parabola = 4 * x * (1 - x)
        return parabola * parabola
    }

    static func triangle(_ time: Double, from start: Double, to end: Double) -> Double {
        guard time > start, time < end else { return 0 }
        let x = (time - start) / (end - start)
        return x < 0.5 ? 2 * x : 2 - 2 * x
    }

    /// The potential of a lead at a time from the R peak.
    func beat(_ lead: Int, _ time: Double) -> Double {
        let middle = onset + (jPoint - onset) * 0.65
        var level = p(lead) * Self.bell(time, from: Self.pOnset, to: Self.pEnd)
        level += r(lead) * Self.triangle(time, from: onset, to: middle)
        level += s(lead) * Self.triangle(time, from: middle, to: jPoint)
        let (tStart, tEnd) = (tStart(lead), tEnd(lead))
        level += t(lead) * Self.bell(time, from: tStart, to: tEnd)
        level += tSecond(lead) * Self.bell(time, from: tEnd, to: 2 * tEnd - tStart)
        if time >= jPoint, time < tEnd {
            let fade = time < tStart ? 1 : 1 - (time - tStart) / (tEnd - tStart)
            level += st(lead) * fade
        }
        return level
    }

    var channels: [Channel] { leads.map { Channel(lead: $0, nanovoltsPerCount: 1000) } }

    func samples() -> Samples {
        var samples = Samples(channelCount: leads.count)
        samples.counts.reserveCapacity(Int(seconds * rate) * leads.count)
        for index in 0..<Int(seconds * rate) {
            let time = Double(index) / rate
            let common = disturbance(time)
            let nearest = (time / interval - 0.5).rounded() * interval + 0.5 * interval
            for lead in leads.indices {
                var level = common
                for beats in -1...1 { level += beat(lead, time - nearest + Double(beats) * interval) }
                samples.counts.append(Int32((level * 1000).rounded()))
            }
        }
        return samples
    }

    /// The times of the R peaks.
    var peaks: [Double] {
        stride(from: 0.5 * interval, to: seconds, by: interval).map { $0 }
    }
}

/// A slow or fast oscillation by a parabola's bells, without a library's trigonometry: period 1, from -1 to 1.
func wave(_ turns: Double) -> Double {
    let phase = turns - turns.rounded(.down)
    let half = phase < 0.5 ? phase : phase - 0.5
    let bump = 16 * half * (0.5 - half)
    // A parabola's third harmonic is 1/27; 0.225 times its square takes most of that off.
    let value = 0.225 * (bump * bump - bump) + bump
    return phase < 0.5 ? value : -value
}
