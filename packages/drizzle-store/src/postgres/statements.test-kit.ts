import { METHOD_CALLS } from '../method-calls.test-kit.js';
import { connect } from './connection/query.js';
import { createMethods } from './methods/methods.js';
import { createSchema } from './schema.js';

export interface Statement {
  readonly text: string;
  readonly params: readonly unknown[];
}

/** Every statement of every method, within and outside of transactions. */
export async function listStatements(): Promise<readonly Statement[]> {
  const seen = new Map<string, Statement>();
  // Every query returns a row, then none, so that both branches of methods run.
  for (const row of [Array<string>(40).fill('1'), null]) {
    for (const isInTransaction of [true, false]) {
      const asked = new Set<string>();
      const db = connect(async (text, params) => {
        seen.set(text, { text, params });
        // A repeated statement returns no rows, so that loops end.
        const isFirst = !asked.has(text);
        asked.add(text);
        return row === null || !isFirst ? [] : [row];
      });
      const methods = createMethods({
        db,
        schema: createSchema('auth_'),
        isInTransaction,
        atomically: async (work) => work(),
        held(select) {
          if (isInTransaction) select.for('no key update');
          return select;
        },
      });
      for (const call of METHOD_CALLS) {
        asked.clear();
        await Promise.allSettled([call(methods)]);
      }
    }
  }
  return [...seen.values()];
}
