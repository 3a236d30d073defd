/** Answers in the order in which they were asked for: one that a younger has overtaken is news no more. */
export class AnswerOrder {
    #asked = 0;
    #taken = 0;

    /** @returns {() => boolean} To be asked when the answer is there: whether it is the newest so far. */
    begin() {
        const number = this.#asked += 1;
        return () => {
            if (number < this.#taken) return false;
            this.#taken = number;
            return true;
        };
    }
}
