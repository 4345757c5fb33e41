/**
 * Calls back after this many turns of the event loop. An idle process makes them at once; in a busy one, each lasts as long as
 * the work that other requests have ready, so it collects more the more there is to do.
 */
export function afterEventLoopTurns(turns: number, callback: () => void): void {
  setImmediate(() => (turns <= 1 ? callback() : afterEventLoopTurns(turns - 1, callback)));
}
