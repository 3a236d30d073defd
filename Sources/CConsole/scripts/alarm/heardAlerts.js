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
    take(waiting) {
        const fresh = waiting.filter(({ alert }) => this.#marks.get(alert.id) !== mark(alert));
        this.#marks = new Map(waiting.map(({ alert }) => [alert.id, mark(alert)]));
        return fresh;
    }

    forget() {
        this.#marks.clear();
    }
}
