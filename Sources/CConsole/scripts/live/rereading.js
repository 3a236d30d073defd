/**
 * Reads something again whenever it may have changed. Changes that come together are read once, and those that come soon after an
 * answer wait, unless they are urgent; what changes while it is being read is read once more afterwards, since the answer may be
 * older. What could not be read is read again after a while.
 */
export class Rereading {
    #ask;
    #take;
    #gatherMilliseconds;
    #spreadMilliseconds;
    #retryMilliseconds;
    #timer = null;
    /** When the next reading begins, and before when none does that is not urgent, by `performance.now()`. */
    #due = 0;
    #restsUntil = 0;
    #isReading = false;
    #isStale = false;
    #isUrgent = false;
    /** Counts up when all that is under way is given up. */
    #round = 0;

    /**
     * @param {{ask: () => Promise<*>, take: (answer: *) => void, gatherMilliseconds: number, retryMilliseconds: number,
     *   spreadMilliseconds?: number}} options `take` is not called for what was asked before `stop`; `spreadMilliseconds` lie
     *   between an answer and the next question that is not urgent.
     */
    constructor({ ask, take, gatherMilliseconds, retryMilliseconds, spreadMilliseconds = 0 }) {
        this.#ask = ask;
        this.#take = take;
        this.#gatherMilliseconds = gatherMilliseconds;
        this.#spreadMilliseconds = spreadMilliseconds;
        this.#retryMilliseconds = retryMilliseconds;
    }

    changed({ isUrgent = false } = {}) {
        if (this.#isReading) {
            this.#isStale = true;
            this.#isUrgent ||= isUrgent;
        } else {
            this.#readIn(isUrgent ? this.#gatherMilliseconds : Math.max(this.#gatherMilliseconds, this.#restsUntil - performance.now()));
        }
    }

    #readIn(milliseconds) {
        const due = performance.now() + milliseconds;
        if (this.#timer !== null && this.#due <= due) return;
        clearTimeout(this.#timer);
        this.#due = due;
        this.#timer = setTimeout(() => this.#read(), milliseconds);
    }

    stop() {
        clearTimeout(this.#timer);
        this.#timer = null;
        this.#isReading = false;
        this.#restsUntil = 0;
        this.#round += 1;
    }

    async #read() {
        const round = this.#round;
        this.#timer = null;
        this.#isReading = true;
        this.#isStale = this.#isUrgent = false;
        const [answer, isRead] = await this.#ask().then((value) => [value, true], () => [null, false]);
        if (round !== this.#round) return;
        this.#isReading = false;
        this.#restsUntil = performance.now() + (isRead ? this.#spreadMilliseconds : this.#retryMilliseconds);
        if (!isRead) this.changed();
        else if (this.#isStale) this.changed({ isUrgent: this.#isUrgent });
        if (isRead) this.#take(answer);
    }
}
