import Foundation
import Testing

extension PagesTests {
    /// Two clinics side by side, and one whose name is long: what a county's map has to show.
    private static let places = [
        ("near-1", "Shuangqiao village health station", 28.550, 112.600), ("near-2", "石桥头村卫生室", 28.551, 112.603),
        ("near-3", "Baishi village", 28.549, 112.606), ("north", "Heping township hospital of Longtan", 28.61, 112.48),
        ("south", "Tongxin village", 28.38, 112.55), ("east", "新华社区卫生服务站", 28.42, 112.71),
    ]

    /// Pairs of a map's labels that cover each other, and those that reach beyond it.
    private static let collisions = """
        (() => {
            const map = document.querySelector('svg.map').getBoundingClientRect();
            const boxes = [...document.querySelectorAll('svg.map text')].map((text) =>
                ({ text: text.textContent, box: text.getBoundingClientRect() }));
            const over = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom - 2 && b.top < a.bottom - 2;
            const found = boxes.filter(({ box }) => box.left < map.left - 1 || box.right > map.right + 1
                || box.top < map.top - 1 || box.bottom > map.bottom + 1).map(({ text }) => text);
            boxes.forEach((a, i) => boxes.slice(i + 1).forEach((b) => { if (over(a.box, b.box)) found.push(`${a.text}, ${b.text}`); }));
            return found.join('; ');
        })()
        """
    /// What reaches beyond the window, and text that its box cuts off; the bar's user name is shortened on purpose.
    private static let cutOff = """
        (() => {
            const found = document.documentElement.scrollWidth > innerWidth ? [`page ${document.documentElement.scrollWidth}`] : [];
            for (const node of document.querySelectorAll('#frame a, #frame button, h1, h2, th, td, button, label, legend')) {
                const box = node.getBoundingClientRect();
                const isHidden = box.width <= 1 || getComputedStyle(node).clipPath !== 'none' || node.closest('.scroll, .viewport, thead');
                if (!isHidden && (box.right > innerWidth + 1 || box.left < -1)) found.push(`${node.tagName} ${node.innerText}`);
                if (!isHidden && node.scrollWidth > node.clientWidth + 2 && getComputedStyle(node).overflow !== 'visible') {
                    found.push(`cut: ${node.innerText}`);
                }
            }
            return found.join('; ');
        })()
        """

    private func expectWhole(_ browser: Browser, _ place: String) async throws {
        #expect(try await browser.run("return \(Self.cutOff)") as? String == "", "\(place)")
    }

    @Test("nothing overlaps or is cut off on a small desktop and on a phone", arguments: ["en-US", "zh-CN"])
    func layout(language: String) async throws {
        let site = try await ConsoleSite.open(language: language, width: 1366, height: 768)
        let browser = site.browser
        for (index, (name, clinic, latitude, longitude)) in Self.places.enumerated() {
            let device = try await site.addDevice(
                name, clinic: clinic, township: "Longtan", latitude: latitude, longitude: longitude)
            if index < 2 { try await site.send(from: device) }
        }
        try await browser.wait(until: "document.querySelectorAll('tr.high').length === 2")
        let isOneLine = """
            new Set([...document.querySelectorAll('#frame .places > :not(nav), #frame nav a, #frame .tools')].filter((node) =>
                node.offsetHeight > 0).map((node) => Math.round((node.getBoundingClientRect().top
                + node.getBoundingClientRect().bottom) / 40))).size === 1
            """
        let sizes = [(1366, 768), (1920, 1080), (390, 844)]
        for (width, height) in sizes {
            try await browser.resize(width: width, height: height)
            for (path, sign) in [
                ("/", "tr.high"), ("/critical-values", "h1"), ("/network", "svg.map"), ("/figures", "section.figure"),
                ("/alerts/1", ".beats canvas"),
            ] {
                try await browser.go("\(site.address)\(path)")
                try await browser.waitFor(sign)
                try await browser.waitFor("#frame .live")
                try await expectWhole(browser, "\(path) \(width)")
                if width > 500 { #expect(try await browser.isTrue(isOneLine), "\(path) \(width)") }
                if path == "/network" {
                    #expect(try await browser.run("return \(Self.collisions)") as? String == "", "\(width)")
                    // No name is shortened, and where there is room those with an alert are there.
                    let names = try #require(
                        try await browser.run(
                            "return [...document.querySelectorAll('svg.map text')].map((text) => text.textContent).join('; ')"
                        )
                            as? String)
                    for (_, clinic, _, _) in Self.places.prefix(2) where width > 500 {
                        #expect(names.contains(clinic), "\(width): \(names)")
                    }
                    #expect(!names.contains("…"))
                }
            }
        }
        try await browser.resize(width: 1366, height: 768)
        try await site.becomeAdministrator(at: "/devices")
        for (width, height) in sizes {
            try await browser.resize(width: width, height: height)
            for (path, sign) in [
                ("/devices", "tr[data-device=east]"), ("/users", "tr[data-user=root]"), ("/audit", "table.audit"),
                ("/settings", "tr[data-edition='1']"), ("/tables", "tr[data-edition='0']"),
            ] {
                try await browser.go("\(site.address)\(path)")
                try await browser.waitFor(sign)
                try await browser.waitFor("#frame .live")
                try await expectWhole(browser, "\(path) \(width)")
                if width > 500 { #expect(try await browser.isTrue(isOneLine), "\(path) \(width)") }
            }
        }
        try await site.close()
    }
}
