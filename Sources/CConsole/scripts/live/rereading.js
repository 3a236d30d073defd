/**
 * Reads something again whenever it may have changed. Changes that come together are read once; what changes while it is being
 * read is read once more afterwards, since the answer may be older. What could not be read is read again after a while.
 */
export class Rereading {
    #ask;
    #take;
    #gatherMilliseconds;
    #retryMilliseconds;
    #timer = null;
    #isReading = false;
    #isStale = false;
    /** Counts up when all that is under way is given up. */
    #round = 0;

    /**
     * @param {{ask: () => Promise<*>, take: (answer: *) => void, gatherMilliseconds: number, retryMilliseconds: number}} options
     *   `take` is not called for what was asked before `stop`.
     */
    constructor({ ask, take, gatherMilliseconds, retryMilliseconds }) {
        this.#ask = ask;
        this.#take = take;
        this.#gatherMilliseconds = gatherMilliseconds;
        this.#retryMilliseconds = retryMilliseconds;
    }

    changed(milliseconds = this.#gatherMilliseconds) {
        if (this.#isReading) this.#isStale = true;
        else this.#timer ??= setTimeout(() => this.#read(), milliseconds);
    }

    stop() {
        clearTimeout(this.#timer);
        this.#timer = null;
        this.#isReading = false;
        this.#round += 1;
    }

    async #read() {
        const round = this.#round;
        this.#timer = null;
        this.#isReading = true;
        this.#isStale = false;
        const [answer, isRead] = await this.#ask().then((value) => [value, true], () => [null, false]);
        if (round !== this.#round) return;
        this.#isReading = false;
        if (!isRead) this.changed(this.#retryMilliseconds);
        else if (this.#isStale) this.changed();
        if (isRead) this.#take(answer);
    }
}
