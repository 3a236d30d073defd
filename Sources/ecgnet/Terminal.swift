import Foundation

/// What the commands say to a person: messages and progress on standard error, colour only on a terminal.
enum Terminal {
    static let showsProgress = isatty(STDERR_FILENO) == 1
    static let showsColour =
        isatty(STDOUT_FILENO) == 1 && ProcessInfo.processInfo.environment["NO_COLOR"] == nil

    /// A line on standard error.
    static func say(_ line: String) {
        writeError(line + "\n")
    }

    /// Text on standard error as it is. Where that is closed nobody is left to be told.
    static func writeError(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
    }

    /// A line on standard output, at once: another program may be waiting for it at the end of a pipe. Where nobody reads
    /// on, since `head` has seen enough, the program ends.
    static func print(_ line: String) {
        if !printIfRead(line) { exit(EXIT_SUCCESS) }
    }

    /// The same for work that goes on whether anybody reads or not.
    /// - Returns: whether there is still a reader.
    @discardableResult
    static func printIfRead(_ line: String) -> Bool {
        do {
            try FileHandle.standardOutput.write(contentsOf: Data((line + "\n").utf8))
            return true
        } catch  where errno == EPIPE {
            return false
        } catch {
            say("ecgnet: standard output cannot be written: \(error)")
            exit(EXIT_FAILURE)
        }
    }

    enum Colour: String {
        case red = "31"
        case yellow = "33"
        case cyan = "36"
        case green = "32"
    }

    static func coloured(_ text: String, _ colour: Colour) -> String {
        showsColour ? "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m" : text
    }

    /// Reads a line from standard input; on a terminal what is typed does not show.
    static func readSecret(prompt: String) -> String? {
        guard isatty(STDIN_FILENO) == 1 else { return readLine() }
        writeError(prompt)
        var shown = termios()
        tcgetattr(STDIN_FILENO, &shown)
        var hidden = shown
        hidden.c_lflag &= ~tcflag_t(ECHO)
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden)
        defer {
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown)
            say("")
        }
        return readLine()
    }
}

/// A line on standard error that shows how far a long work has come; silent where nobody looks.
struct ProgressBar {
    private static let width = 32
    /// Ten pictures a second look smooth and cost nothing.
    private static let interval = Duration.milliseconds(100)

    private let title: String
    private let unit: String
    private let total: Int
    private let start = ContinuousClock.now
    private var drawnAt: ContinuousClock.Instant?

    init(_ title: String, total: Int, unit: String) {
        self.title = title
        self.total = total
        self.unit = unit
    }

    mutating func advance(to done: Int) {
        guard Terminal.showsProgress else { return }
        let now = ContinuousClock.now
        if let drawnAt, now - drawnAt < Self.interval, done < total { return }
        drawnAt = now
        draw(done, at: now)
    }

    /// Clears the line, so that results stand alone.
    func finish() {
        guard Terminal.showsProgress else { return }
        Terminal.writeError("\r\u{1B}[K")
    }

    private func draw(_ done: Int, at now: ContinuousClock.Instant) {
        let share = total > 0 ? min(1, Double(done) / Double(total)) : 0
        let full = Int((share * Double(Self.width)).rounded(.down))
        let bar = String(repeating: "█", count: full) + String(repeating: "░", count: Self.width - full)
        var line = "\r\u{1B}[K\(title) \(bar) \(Int(share * 100))% \(done)/\(total) \(unit)"
        let elapsed = (now - start) / .seconds(1)
        if share > 0.02, share < 1 {
            line += ", \(Int((elapsed / share * (1 - share)).rounded(.up))) s left"
        }
        Terminal.writeError(line)
    }
}
