/** The last of a list that passes a test; older browsers have no `findLast`. */
export const newest = (items, test) => [...items].reverse().find(test);
