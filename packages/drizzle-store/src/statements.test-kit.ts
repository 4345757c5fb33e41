import { connect } from './engine/query.js';
import { METHOD_CALLS } from './method-calls.test-kit.js';
import { createMethods } from './methods.js';
import { createSchema } from './schema.js';

/** Every statement of every method. */
export async function listStatements(): Promise<string[]> {
  const seen = new Set<string>();
  // With a row and with none, so that methods that go on after a success do, and those that go on after a failure.
  for (const rows of [[['x', ...Array<number>(40).fill(1)]], []]) {
    const asked = new Set<string>();
    const db = connect(async (sql) => {
      seen.add(sql);
      // Whoever goes on until nothing is left comes to an end.
      const answer = asked.has(sql) ? [] : rows;
      asked.add(sql);
      return answer;
    });
    const methods = createMethods({ db, schema: createSchema('auth_') });
    // One after the other, as far as each gets: what they make of such rows is not the point.
    for (const call of METHOD_CALLS) {
      asked.clear();
      await Promise.allSettled([call(methods)]);
    }
  }
  return [...seen];
}
