import { createHash } from 'node:crypto';
import type { Commands, Script, ScriptCall } from './clients.js';

/**
 * How long a key outlives its hits. Otherwise a process whose clock is behind would find no key and allow too much. Twice the
 * clock difference that the doctor accepts.
 */
const CLOCK_MARGIN_MS = 60_000;

/**
 * The generic cell rate algorithm. A key holds the time at which all its hits will have expired. Redis runs a script atomically,
 * so hits of other processes cannot come between reading and writing. After a clock went back, the stored time is written anew:
 * otherwise the wait would start again at each moment until the clock has caught up. Numbers are formatted, because Lua would
 * write `1.7e+12`.
 */
const TEXT = `local now, interval, burst = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local stored = tonumber(redis.call('GET', KEYS[1]) or '0')
local held = math.min(stored, now + burst)
local full = math.max(held, now) + interval
if full > now + burst then
  if stored > held then redis.call('SET', KEYS[1], string.format('%.0f', held), 'PX', string.format('%.0f', held - now + ${CLOCK_MARGIN_MS})) end
  return {0, string.format('%.0f', held)}
end
redis.call('SET', KEYS[1], string.format('%.0f', full), 'PX', string.format('%.0f', full - now + ${CLOCK_MARGIN_MS}))
return {1, string.format('%.0f', full)}`;

export const TAKE_SCRIPT: Script = { text: TEXT, sha: createHash('sha1').update(TEXT).digest('hex') };

/** Runs a script by its hash, or by its text if Redis does not have it cached, as after a restart. */
export async function runScript(client: Commands, script: Script, call: ScriptCall): Promise<unknown> {
  try {
    return await client.evalSha(script, call);
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('NOSCRIPT')) return client.eval(script, call);
    throw error;
  }
}
