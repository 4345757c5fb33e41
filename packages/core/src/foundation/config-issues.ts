import type { Issue } from '../errors.js';

/** An issue about the configuration as a whole has no path. */
export function named(issue: Issue): Issue {
  return issue.path === '' ? { path: 'config', message: 'must be an object, as in createAuth({ secret, store })' } : issue;
}

/** A union reports the same issue once for every branch that has it. */
export function dedupe(issues: readonly Issue[]): Issue[] {
  return [...new Map(issues.map((issue) => [`${issue.path}\0${issue.message}`, issue])).values()];
}
