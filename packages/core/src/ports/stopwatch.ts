/** A monotonic clock in milliseconds, with fractions. Its start is arbitrary. */
export type Stopwatch = () => number;

export const systemStopwatch: Stopwatch = () => performance.now();
