import ECGModel
import Foundation
import Testing

@testable import ECGServer

@Suite("A certificate that ends")
struct CertificateWatchTests {
    @Test("is warned of once a day from a month ahead on, and said to have ended; its time is a metric")
    func ending() throws {
        let site = try IngestSite()
        let files = try TestAuthority().issue(to: site.directory.appending(path: "given"))
        let reload = try CertificateReload(
            certificateFile: files.certificateFile, privateKeyFile: files.privateKeyFile, logger: site.log.logger)
        let end = reload.current.expiresAt
        let clock = TestClock()
        let exposition = PrometheusMetrics(catalogue: ServerMetrics.catalogue)
        let watch = CertificateWatch(
            certificate: reload, metrics: ServerMetrics(factory: exposition), now: { clock.now },
            logger: site.log.logger)
        func lines(at time: Timestamp) -> [String] {
            clock.set(by: time - clock.now)
            let before = site.log.lines.count
            watch.look()
            return Array(site.log.lines.dropFirst(before))
        }
        #expect(lines(at: end + .days(-31)).isEmpty)
        #expect(lines(at: end + .days(-30) + .seconds(1)).first?.hasPrefix("warning") == true)
        #expect(lines(at: end + .days(-30) + .seconds(61)).isEmpty)
        #expect(lines(at: end + .days(-28)).count == 1)
        let ended = lines(at: end + .seconds(60)).first
        #expect(ended?.hasPrefix("error") == true && ended?.contains("has ended") == true)
        var text: [UInt8] = []
        exposition.emit(into: &text)
        let line = String(decoding: text, as: UTF8.self).split(separator: "\n")
            .first { $0.hasPrefix("ecgnet_certificate_expires_seconds ") }
        #expect(line?.split(separator: " ").last.flatMap { Double($0) } == -60)
    }
}
