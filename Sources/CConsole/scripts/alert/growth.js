/** How often a recording that still comes in is looked at again. */
const lookMilliseconds = 2000;

/** Looks at a recording again and again while it still comes in, whatever becomes of a look. */
export class Growth {
    #look;
    #timer = null;
    #isClosed = false;

    /** @param {() => Promise<boolean>} look Whether there is more to come. */
    constructor(look) {
        this.#look = look;
    }

    watch() {
        clearTimeout(this.#timer);
        this.#timer = setTimeout(async () => {
            let goesOn = true;
            try {
                goesOn = await this.#look();
            } catch {
                // The frame says when the server is away; the next look is soon.
            }
            if (goesOn && !this.#isClosed) this.watch();
        }, lookMilliseconds);
    }

    close() {
        this.#isClosed = true;
        clearTimeout(this.#timer);
    }
}
