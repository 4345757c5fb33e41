import * as v from 'valibot';
import type { Schema } from './parse.js';

const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

type Unit = keyof typeof UNIT_MS;

/** Milliseconds, or a whole number with a unit: `'250ms'`, `'10s'`, `'10m'`, `'12h'`, `'30d'`. */
export type Duration = number | `${number}${Unit}`;

const PATTERN = /^(\d{1,9})(ms|s|m|h|d)$/;

/** A duration as milliseconds, at least `minMs`. */
export function duration(minMs: number): Schema<number> {
  return v.pipe(
    v.union([v.number(), v.string()], 'must be milliseconds or a text like "10m"'),
    v.transform(toMs),
    v.check((ms) => Number.isSafeInteger(ms) && ms >= minMs, `must be a duration of at least ${minMs} ms, such as "10m"`),
  );
}

function toMs(value: number | string): number {
  if (typeof value === 'number') return value;
  const [, amount, unit] = PATTERN.exec(value) ?? [];
  return amount !== undefined && isUnit(unit) ? Number(amount) * UNIT_MS[unit] : Number.NaN;
}

function isUnit(text: string | undefined): text is Unit {
  return text !== undefined && Object.hasOwn(UNIT_MS, text);
}
