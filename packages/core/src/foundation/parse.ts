import * as v from 'valibot';
import type { Issue } from '../errors.js';

/** A schema known only by what comes out of it: what goes in is never trusted to have a type. */
export type Schema<Output> = v.GenericSchema<unknown, Output>;

export type Parsed<Output> =
  | { readonly ok: true; readonly value: Output }
  | { readonly ok: false; readonly issues: readonly Issue[] };

/** Checks untrusted input. What was received never stands in a message: it may be a password in the wrong field. */
export function parse<Output>(schema: Schema<Output>, input: unknown): Parsed<Output> {
  const result = v.safeParse(schema, input, { message: safeMessage });
  if (result.success) return { ok: true, value: result.output };
  return { ok: false, issues: result.issues.map(toIssue) };
}

function toIssue(issue: v.BaseIssue<unknown>): Issue {
  return { path: v.getDotPath(issue) ?? '', message: issue.message };
}

function safeMessage(issue: v.BaseIssue<unknown>): string {
  if (issue.kind !== 'schema') return 'is not valid';
  const place = issue.path?.at(-1);
  if (place?.origin === 'key') return issue.expected === 'never' ? 'is not a known key' : 'is required';
  return `has to be ${issue.expected ?? 'something else'}`;
}
