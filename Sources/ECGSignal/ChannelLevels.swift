/// What is usual in a quad of channels: the peak of the QRS envelope and the mean of its square, second by second.
struct ChannelLevels: Sendable {
    /// Envelopes and levels below this, in millivolts, are converter noise.
    static let floorMillivolts: Float = 0.002
    /// Share of a new second in the usual peak and the mean energy: about four seconds of memory.
    private static let share: Float = 0.25
    /// How much one second may raise the usual peak: a burst of artefact is not the new QRS amplitude.
    private static let greatestRise: Float = 3

    private(set) var peak = SIMD4<Float>.zero
    private var energy = SIMD4<Float>.zero
    private var peakOfSecond = SIMD4<Float>.zero
    private var energyOfSecond = SIMD4<Float>.zero

    @inline(__always)
    mutating func note(_ envelope: SIMD4<Float>) {
        peakOfSecond = peakOfSecond.greater(envelope)
        energyOfSecond += envelope * envelope
    }

    /// Takes what has been noted as what is usual: at the recording's start.
    mutating func start(ticks: Int) {
        peak = peakOfSecond
        energy = energyOfSecond / Float(ticks)
        peakOfSecond = .zero
        energyOfSecond = .zero
    }

    mutating func endSecond(ticks: Int) {
        let ceiling = peak * Self.greatestRise + Self.floorMillivolts * 10
        let limited = peakOfSecond.replacing(with: ceiling, where: peakOfSecond .> ceiling)
        peak += (limited - peak) * Self.share
        energy += (energyOfSecond / Float(ticks) - energy) * Self.share
        peakOfSecond = .zero
        energyOfSecond = .zero
    }

    /// How clearly the channels' peaks stand out: peak power over mean power, about 25 for a clean ECG and 6 for noise.
    var contrast: SIMD4<Float> {
        peak * peak / (energy + Self.floorMillivolts * Self.floorMillivolts)
    }
}
