import { connect } from './engine/query.js';
import { METHOD_CALLS } from './method-calls.test-kit.js';
import { createMethods } from './methods.js';
import { createSchema } from './schema.js';

/** Every statement of every method. */
export async function listStatements(): Promise<string[]> {
  const seen = new Set<string>();
  // Every query returns a row, then none, so that both branches of methods run.
  for (const rows of [[['x', ...Array<number>(40).fill(1)]], []]) {
    const asked = new Set<string>();
    const db = connect(async (sql) => {
      seen.add(sql);
      // A repeated statement returns no rows, so that loops end.
      const answer = asked.has(sql) ? [] : rows;
      asked.add(sql);
      return answer;
    });
    const methods = createMethods({ db, schema: createSchema('auth_') });
    // Methods may fail on these rows; only their statements matter.
    for (const call of METHOD_CALLS) {
      asked.clear();
      await Promise.allSettled([call(methods)]);
    }
  }
  return [...seen];
}
