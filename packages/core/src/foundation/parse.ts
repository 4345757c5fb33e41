import * as v from 'valibot';
import type { Issue } from '../errors.js';

/** A schema with a typed output. Its input is untrusted, so it is `unknown`. */
export type Schema<Output> = v.GenericSchema<unknown, Output>;

export type Parsed<Output> =
  | { readonly ok: true; readonly value: Output }
  | { readonly ok: false; readonly issues: readonly Issue[] };

/** How many unknown keys are reported: each costs another check, and a body can hold thousands. */
const MAX_UNKNOWN_KEYS = 10;

/** Checks untrusted input. Messages never quote the input: it may be a password in the wrong field. */
export function parse<Output>(schema: Schema<Output>, input: unknown): Parsed<Output> {
  const result = v.safeParse(schema, input, { message: safeMessage });
  if (result.success) return { ok: true, value: result.output };
  return { ok: false, issues: [...result.issues.map(toIssue), ...furtherUnknownKeys(schema, { input, issues: result.issues })] };
}

interface Checked {
  readonly input: unknown;
  readonly issues: readonly v.BaseIssue<unknown>[];
}

/** Valibot reports only the first unknown key of an object. The others are found by removing that key. */
function furtherUnknownKeys(schema: Schema<unknown>, checked: Checked): Issue[] {
  const further: Issue[] = [];
  let { input, issues } = checked;
  while (further.length < MAX_UNKNOWN_KEYS) {
    const unknown = issues.filter(isUnknownKey);
    if (unknown.length === 0) break;
    const before = new Set(unknown.map((issue) => v.getDotPath(issue)));
    input = unknown.reduce((left, issue) => without(left, keysOf(issue)), input);
    issues = v.safeParse(schema, input, { message: safeMessage }).issues ?? [];
    further.push(...issues.filter((issue) => isUnknownKey(issue) && !before.has(v.getDotPath(issue))).map(toIssue));
  }
  return further.slice(0, MAX_UNKNOWN_KEYS);
}

function isUnknownKey(issue: v.BaseIssue<unknown>): boolean {
  return issue.type === 'strict_object' && issue.expected === 'never';
}

const keysOf = ({ path }: v.BaseIssue<unknown>): unknown[] => path?.map(({ key }) => key) ?? [];

/** A copy of the objects on the path to that key, without the key. */
function without(value: unknown, [key, ...rest]: readonly unknown[]): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item: unknown, at) => (at === key ? without(item, rest) : item));
  const entries = Object.entries(value);
  return Object.fromEntries(
    rest.length === 0
      ? entries.filter(([name]) => name !== key)
      : entries.map(([name, item]: [string, unknown]) => [name, name === key ? without(item, rest) : item]),
  );
}

function toIssue(issue: v.BaseIssue<unknown>): Issue {
  return { path: v.getDotPath(issue) ?? '', message: issue.message };
}

function safeMessage(issue: v.BaseIssue<unknown>): string {
  if (issue.kind !== 'schema') return 'is not valid';
  const place = issue.path?.at(-1);
  if (place?.origin === 'key') return issue.expected === 'never' ? 'is not a known key' : 'is required';
  return `must be ${issue.expected ?? 'something else'}`;
}
