/** The two functions of a test runner that the contracts need; those of vitest, jest and `node:test` fit. */
export interface ContractRunner {
  describe(name: string, body: () => void): unknown;
  it(name: string, test: () => Promise<void>): unknown;
}

export function globalRunner(): ContractRunner {
  const describe: unknown = Reflect.get(globalThis, 'describe');
  const it: unknown = Reflect.get(globalThis, 'it');
  if (typeof describe !== 'function' || typeof it !== 'function') {
    throw new Error('There is no global describe and it: pass your test runner’s as the third argument');
  }
  return {
    describe: (...args) => void Reflect.apply(describe, undefined, args),
    it: (...args) => void Reflect.apply(it, undefined, args),
  };
}
