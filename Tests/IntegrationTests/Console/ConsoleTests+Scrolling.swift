import Foundation
import Testing

extension ConsoleTests {
    @Test("an hour's recording is scrolled through, page by page and by the wheel, without a gap")
    func hour() async throws {
        let site = try await ConsoleSite.open()
        let browser = site.browser
        let folder = site.server.folder.appending(path: "hour").path
        let simulated = try await Program.run(["simulate", "inferior-stemi", "--seconds", "3600", "--out", folder])
        try #require(simulated.status == 0, "\(simulated.errors)")
        let sent = try await Program.run([
            "replay", "\(folder)/inferior-stemi", "--speed", "max", "--to", site.server.ingest, "--device",
            site.server.deviceFile,
        ])
        try #require(sent.status == 0, "\(sent.errors)")
        try await browser.click("td.finding a")
        try await browser.waitFor(".beats canvas")
        try await browser.wait(forText: "of 3600.0 s", in: ".position")

        // 120 wheel events of 100 px, one a frame: a minute of paper a second, as a reader hurries through.
        let measured = try await browser.run(
            """
            return new Promise((resolve) => {
                const sheet = document.querySelector('.sheet');
                const draws = [], frames = [];
                let last = performance.now(), count = 0;
                const step = (now) => {
                    frames.push(now - last);
                    last = now;
                    draws.push(Number(sheet.dataset.drawMilliseconds));
                    if ((count += 1) > 120) {
                        const at = (list, share) => list.sort((a, b) => a - b)[Math.round(share * (list.length - 1))].toFixed(1);
                        resolve(`draw median ${at(draws, 0.5)} p95 ${at(draws, 0.95)} max ${at(draws, 1)} ms, `
                            + `frame median ${at(frames, 0.5)} p95 ${at(frames, 0.95)} max ${at(frames, 1)} ms`);
                        return;
                    }
                    sheet.dispatchEvent(new WheelEvent('wheel', { deltaX: 100, cancelable: true }));
                    requestAnimationFrame(step);
                };
                requestAnimationFrame(step);
            });
            """)
        print("scrolling an hour, 120 frames: \(measured ?? "")")
        let place = "Number(document.querySelector('.slider').value)"
        #expect(try await browser.number(place) > 100, "120 times 100 px are some 127 s of paper")

        // What is laid from pieces while the page moves is what is drawn where it rests, to a pixel.
        for filter in ["as recorded", "filter 0.05–150 Hz"] {
            _ = try await browser.run(Self.choosing, ["filter", filter])
            try await browser.wait(until: "\(Self.darkPixels)(document.querySelector('canvas.traces')) > 5000")
            let apart = try await browser.run(
                """
                const sheet = document.querySelector('.sheet');
                const canvas = document.querySelector('canvas.traces');
                // A line that lies between two rows of pixels is paler in both.
                const darker = (least) => {
                    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
                    return Uint8Array.from({ length: canvas.width * canvas.height }, (_, i) => data[4 * i + 3] > least);
                };
                const frame = () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
                const isWhole = () => sheet.ariaBusy === 'false';
                /** Comes back when the page rests with all of its samples. */
                const rest = async () => {
                    do await new Promise((resolve) => setTimeout(resolve, 1000)); while (!isWhole());
                };
                return (async () => {
                    let moving = null;
                    while (!moving) {
                        await rest();
                        sheet.dispatchEvent(new WheelEvent('wheel', { deltaX: 37, cancelable: true }));
                        await frame();
                        if (isWhole()) moving = darker(200);
                    }
                    await rest();
                    const resting = darker(50);
                    const width = canvas.width;
                    let count = 0, lost = 0;
                    moving.forEach((isDark, at) => {
                        if (!isDark) return;
                        count += 1;
                        for (let y = -2; y <= 2; y += 1) for (let x = -2; x <= 2; x += 1) if (resting[at + y * width + x]) return;
                        lost += 1;
                    });
                    return count > 5000 ? lost / count : 1;
                })();
                """)
            #expect(try #require(apart as? Double) < 0.01, "\(filter)")
        }
        _ = try await browser.run(Self.choosing, ["filter", "as recorded"])

        // Every corner of the hour has its trace.
        for seconds in [1800, 3590, 7] {
            _ = try await browser.run(
                """
                const slider = document.querySelector('.slider');
                slider.value = arguments[0];
                slider.dispatchEvent(new Event('input'));
                """, ["\(seconds)"])
            try await browser.wait(forText: "\(seconds).0–\(seconds + 10).0", in: ".position")
            try await browser.wait(until: "\(Self.darkPixels)(document.querySelector('canvas.traces')) > 5000")
        }
        try await site.close()
    }
}
