import Foundation
import NIOHTTP1
import Testing

/// What a person does with mouse and keyboard.
///
/// The page may draw what is to be pressed anew, or move it, at any moment; a person presses again then, and so do these.
extension Browser {
    /// So often a press is tried that meets nothing; each try is some commands.
    private static let tries = 3000

    /// Clicks as a person does: where the element is, once it can be clicked.
    func click(_ selector: String) async throws { try await click(found: Self.first(selector)) }

    /// Clicks the button that says so at its beginning, as somebody looks for it who knows the page by nothing else.
    func click(button words: String) async throws { try await click(found: Self.button(words)) }

    private func click(found expression: String) async throws {
        var failure = Failure("never pressed: \(expression)")
        for _ in 0..<Self.tries {
            let press = UUID().uuidString
            let element = try await element(
                found: expression,
                before: """
                    window.sought = '\(press)';
                    addEventListener('click', (event) => {
                        if (event.composedPath().includes(element)) window.pressed = '\(press)';
                    }, { capture: true, once: true });
                    """)
            do {
                _ = try await command(.POST, "element/\(element)/click", [:])
                // A page that does not know of the press has taken the place of the one that was pressed on.
                if try await isTrue("window.pressed === '\(press)' || window.sought !== '\(press)'") { return }
            } catch let error as Failure where error.mayPass {
                failure = error
                if try await isTrue("window.pressed === '\(press)'") { return }
            }
        }
        throw try await missing(failure.description)
    }

    /// Opens another tab and turns to it.
    func openTab() async throws {
        let tab = try await command(.POST, "window/new", ["type": "tab"]) as? [String: Any]
        _ = try await command(.POST, "window", ["handle": try #require(tab?["handle"])])
    }

    /// Closes the tab that was opened first, and turns to the last.
    func closeFirstTab() async throws {
        let tabs = try #require(try await command(.GET, "window/handles", nil) as? [String])
        let (first, last) = (try #require(tabs.first), try #require(tabs.last))
        for (method, path, tab) in [
            (HTTPMethod.POST, "window", first), (.DELETE, "window", nil), (.POST, "window", last),
        ] {
            _ = try await command(method, path, tab.map { ["handle": $0] })
        }
    }

    /// The first element of a selector.
    private static func first(_ selector: String) -> String { "document.querySelector(`\(selector)`)" }

    /// The first button to be seen that begins with these words, also while it asks once more: looked for anew each time, since
    /// the page may have drawn it anew.
    private static func button(_ words: String) -> String {
        """
        [...document.querySelectorAll('button')].find((button) => button.offsetHeight > 0
            && (button.innerText.startsWith(`\(words)`)
                || (button.matches('.asking') && button.innerText.endsWith(`\(words)`))))
        """
    }

    /// Chooses one of several answers.
    func choose(_ selector: String) async throws {
        try await click(selector)
        try await wait(until: "document.querySelector(`\(selector)`).checked")
    }

    /// Presses a button that asks once more, and presses again when it takes that for an answer. The button waits for seconds
    /// only, and on a busy machine a command may take longer: the second press comes from within the page, and a button that has
    /// stopped waiting, or was drawn anew, is pressed as at first.
    ///
    /// - Returns: What the button said when it asked.
    @discardableResult
    func confirm(_ selector: String) async throws -> String { try await confirm(found: Self.first(selector)) }

    /// The same with the button that says so at its beginning.
    func confirm(button words: String) async throws -> String { try await confirm(found: Self.button(words)) }

    private func confirm(found expression: String) async throws -> String {
        try await click(found: expression)
        let words = try await run(
            """
            const looksBeforeAnotherPress = 100;
            return new Promise((resolve) => {
                let looks = 0;
                const look = () => {
                    const button = \(expression);
                    if (button?.classList.contains("asking")) {
                        const words = button.innerText;
                        button.click();
                        resolve(words);
                        return;
                    }
                    looks += 1;
                    if (looks === 100 * looksBeforeAnotherPress) {
                        resolve(null);
                        return;
                    }
                    if (button && looks % looksBeforeAnotherPress === 0) button.click();
                    setTimeout(look, 20);
                };
                look();
            });
            """)
        guard let words = words as? String else { throw try await missing("never asked: \(expression)") }
        return words
    }

    /// Types text as a person does; some characters of Unicode's private use area are keys (WebDriver, section 17.4.2).
    func type(_ text: String, into selector: String) async throws {
        var failure = Failure("never typed into: \(selector)")
        for _ in 0..<Self.tries {
            do {
                let element = try await element(found: Self.first(selector))
                _ = try await command(.POST, "element/\(element)/value", ["text": text])
                return
            } catch let error as Failure where error.mayPass {
                failure = error
            }
        }
        throw try await missing(failure.description)
    }

    /// WebDriver's characters for keys.
    enum Key {
        static let enter = "\u{E007}"
        static let down = "\u{E015}"
        static let tab = "\u{E004}"
        static let space = " "
    }

    /// Presses keys where the focus is.
    func press(_ keys: String) async throws {
        let actions = keys.flatMap { key in
            [["type": "keyDown", "value": String(key)], ["type": "keyUp", "value": String(key)]]
        }
        _ = try await command(
            .POST, "actions", ["actions": [["type": "key", "id": "keyboard", "actions": actions] as [String: Any]]])
    }

    /// Presses keys on an element, again where that was drawn anew in between, until it has come to what they are pressed for.
    func press(_ keys: String, on selector: String, until expression: String) async throws {
        for _ in 0..<Self.tries {
            _ = try await element(found: Self.first(selector), before: "element.focus();")
            try await press(keys)
            if try await isTrue(expression) { return }
        }
        throw try await missing("pressed for nothing: \(selector)")
    }

    /// What the driver calls the element that an expression finds, once it is there and can be used, in the middle of the window:
    /// the driver takes what lies below the bar for visible; a person scrolls.
    ///
    /// - Parameter script: Is run with the element, in the same moment.
    private func element(found expression: String, before script: String = "") async throws -> String {
        let found = try await value(
            of: """
                ((element) => {
                    if (!element || element.matches(':disabled')) return null;
                    element.scrollIntoView({ block: 'center' });
                    \(script)
                    return element;
                })(\(expression))
                """)
        return try #require((found as? [String: String])?.values.first)
    }
}
