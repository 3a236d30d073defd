import CProcessor

extension Array {
    /// Asks the processor to bring the elements into its caches. See ``RecordingAnalyzer/prefetch()``.
    @inline(__always) func prefetch() {
        withUnsafeBytes { bytes in
            if let memory = bytes.baseAddress { ecg_prefetch(memory, bytes.count) }
        }
    }
}
