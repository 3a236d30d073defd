/** What has to change of a waiting alert to be heard again. */
const mark = ({ priority, raisedAt }) => `${priority} ${raisedAt}`;

/** Which of the waiting alerts have been heard. */
export class HeardAlerts {
    /** By alert, of those that wait. */
    #marks = new Map();

    /**
     * @param {{alert: Object}[]} waiting All that wait now. One that does no more is forgotten: should it wait again, because it was
     *   not reported in time or its acknowledgement was taken back, then it is to be heard again.
     * @returns {{alert: Object}[]} Those that have not been heard as they are now.
     */
    unheard(waiting) {
        const waits = new Set(waiting.map(({ alert }) => alert.id));
        for (const id of this.#marks.keys()) if (!waits.has(id)) this.#marks.delete(id);
        return waiting.filter(({ alert }) => this.#marks.get(alert.id) !== mark(alert));
    }

    /** @param {{alert: Object}[]} entries What has been heard just now. */
    take(entries) {
        for (const { alert } of entries) this.#marks.set(alert.id, mark(alert));
    }

    /** Has these heard again, or all. */
    forget(entries = null) {
        if (entries === null) this.#marks.clear();
        else for (const { alert } of entries) this.#marks.delete(alert.id);
    }
}
