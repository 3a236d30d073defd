import Testing

@testable import ECGServer

@Suite("The system's limit of open files")
struct DescriptorLimitTests {
    @Test(
        "devices have what readers and files leave, never more than the server takes, and some in any case",
        arguments: [(1_000_000, 16_000), (16_832, 16_000), (4_096, 3_264), (1_024, 192), (256, 16)])
    func share(limit: Int, expected: Int) {
        #expect(DescriptorLimit.devices(atMost: 16_000, besides: 576, of: limit) == expected)
    }
}
