/** Milliseconds since some moment, with fractions. It is never set back, and says nothing of the time of day. */
export type Stopwatch = () => number;

export const systemStopwatch: Stopwatch = () => performance.now();
