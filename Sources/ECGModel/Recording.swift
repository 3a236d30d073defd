/// What a device says of a recording when it opens it.
public struct RecordingHeader: Hashable, Sendable, Codable {
    public var id: RecordingID
    public var samplingRate: Hertz
    /// One to ``AcquisitionLimits/leads`` leads, in the order in which samples carry them.
    public var channels: [Channel]
    /// When the first sample was taken, by the device's clock.
    public var deviceTime: Timestamp?
    public var patient: Patient

    public init(
        id: RecordingID, samplingRate: Hertz, channels: [Channel], deviceTime: Timestamp? = nil,
        patient: Patient = Patient()
    ) {
        self.id = id
        self.samplingRate = samplingRate
        self.channels = channels
        self.deviceTime = deviceTime
        self.patient = patient
    }

    public var leads: [Lead] { channels.map(\.lead) }
}

/// A whole recording in memory: files, simulations and exports; the live path never holds one.
public struct Recording: Hashable, Sendable {
    public var header: RecordingHeader
    public var samples: Samples

    public init(header: RecordingHeader, samples: Samples) {
        precondition(header.channels.count == samples.channelCount, "a channel for every column of samples")
        self.header = header
        self.samples = samples
    }

    public var duration: Duration { .seconds(Double(samples.count) / header.samplingRate.value) }
}
