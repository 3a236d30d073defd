import ECGServer
import Metrics
import Testing

@Suite struct PrometheusMetricsTests {
    private static func text(_ metrics: PrometheusMetrics) -> String {
        var bytes: [UInt8] = []
        metrics.emit(into: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func theExpositionIsGolden() {
        let metrics = PrometheusMetrics(catalogue: [
            MetricDescription("queue_age_seconds", .gauge, help: "Age.\nOf \\ the oldest."),
            MetricDescription("requests_total", .counter, help: "Requests."),
            MetricDescription("took_seconds", .histogram, help: "Time.", bucketBounds: [0.1, 1]),
            MetricDescription("unused_total", .counter, help: "Never used."),
        ])
        Counter(label: "requests_total", dimensions: [("route", "/a"), ("status", "200")], factory: metrics)
            .increment(by: 3)
        Counter(label: "requests_total", dimensions: [("route", "\"x\\\n"), ("status", "404")], factory: metrics)
            .increment()
        Gauge(label: "queue_age_seconds", factory: metrics).record(2.5)
        let timer = Timer(label: "took_seconds", factory: metrics)
        timer.recordMilliseconds(100)
        timer.recordMilliseconds(250)
        timer.recordSeconds(2)
        Counter(label: "some.library-counter", factory: metrics).increment()
        #expect(
            Self.text(metrics) == """
                # HELP queue_age_seconds Age.\\nOf \\\\ the oldest.
                # TYPE queue_age_seconds gauge
                queue_age_seconds 2.5
                # HELP requests_total Requests.
                # TYPE requests_total counter
                requests_total{route="/a",status="200"} 3
                requests_total{route="\\"x\\\\\\n",status="404"} 1
                # TYPE some_library_counter counter
                some_library_counter 1
                # HELP took_seconds Time.
                # TYPE took_seconds histogram
                took_seconds_bucket{le="0.1"} 1
                took_seconds_bucket{le="1"} 2
                took_seconds_bucket{le="+Inf"} 3
                took_seconds_sum 2.35
                took_seconds_count 3

                """)
    }

    @Test func handlesOfOneSeriesShareIt() {
        let metrics = PrometheusMetrics()
        for _ in 1...3 { Counter(label: "n", dimensions: [("a", "b")], factory: metrics).increment() }
        let meter = Meter(label: "m", factory: metrics)
        meter.increment(by: 2.0)
        meter.decrement(by: 0.5)
        #expect(Self.text(metrics) == "# TYPE m gauge\nm 1.5\n# TYPE n counter\nn{a=\"b\"} 3\n")
    }

    @Test func labelsAndFamiliesAreBounded() {
        let metrics = PrometheusMetrics()
        for number in 0..<1000 {
            Counter(label: "n", dimensions: [("path", "\(number)")], factory: metrics).increment()
        }
        let lines = Self.text(metrics).split(separator: "\n").filter { $0.hasPrefix("n{") }
        #expect(lines.count == PrometheusMetrics.seriesLimit)
        #expect(lines.contains("n{path=\"other\"} \(1000 - (PrometheusMetrics.seriesLimit - 1))"))

        for number in 0..<1000 { Counter(label: "family\(number)", factory: metrics).increment() }
        let families = Self.text(metrics).split(separator: "\n").filter { $0.hasPrefix("# TYPE") }
        #expect(families.count == PrometheusMetrics.uncataloguedFamilyLimit)
    }

    @Test func oneNameIsOneKind() {
        let metrics = PrometheusMetrics()
        Counter(label: "n", factory: metrics).increment()
        Gauge(label: "n", factory: metrics).record(7)
        #expect(Self.text(metrics) == "# TYPE n counter\nn 1\n")
    }

    @Test func manyThreadsCountRight() async {
        let metrics = PrometheusMetrics()
        await withTaskGroup { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<1000 {
                        Counter(label: "n", factory: metrics).increment()
                        Recorder(label: "h", factory: metrics).record(0.25)
                    }
                }
            }
        }
        let text = Self.text(metrics)
        #expect(text.contains("\nn 8000\n"))
        #expect(text.contains("h_count 8000\n"))
        #expect(text.contains("h_sum 2000\n"))
    }
}
