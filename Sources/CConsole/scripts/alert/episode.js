/**
 * What an alert has been since it was raised, or since it was opened again after somebody had closed it: what was written of an
 * earlier episode says nothing of this one. One that worsens, or is raised again, while it is open goes on.
 *
 * @param {{sequence: number, kind: string, at: string}[]} events The alert's, in order.
 * @returns {{sequence: number, at: string}} The event with which the episode began.
 */
export function episodeOf(events) {
    let [first] = events;
    let isClosed = false;
    for (const event of events) {
        if (closing.includes(event.kind)) isClosed = true;
        else if (event.kind === "undone") isClosed = false;
        else if (event.kind === "reopened" && isClosed) {
            first = event;
            isClosed = false;
        }
    }
    return first;
}

const closing = ["reported", "dismissed", "amended", "withdrawn"];
