import ECGWire
import Testing

@Suite struct NetworkAddressTests {
    @Test(
        "Loopback is what cannot be reached from another machine",
        arguments: ["localhost", "::1", "[::1]", "127.0.0.1", "127.255.255.255", "127.1.2.3"])
    func loopback(host: String) {
        #expect(NetworkAddress.isLoopback(host: host))
        #expect(NetworkAddress(host: host, port: 1).isLoopback)
    }

    @Test(
        "A name that begins like a loopback address is not one",
        arguments: [
            "127.a.evil.com", "127.0.0.1.evil.com", "127.evil", "127.0.0.256", "127.0.0.01", "127.0.0.", "127.0.0",
            "127.0.0.+1", "127.0.0.-1", "127..0.1", "1127.0.0.1", "0.0.0.0", "::", "localhost.evil.com", "",
        ])
    func elsewhere(host: String) {
        #expect(!NetworkAddress.isLoopback(host: host))
        #expect(!NetworkAddress(host: host, port: 1).isLoopback)
    }
}
