import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { parse } from './parse.js';

const schema = v.strictObject({
  name: v.string(),
  inner: v.optional(v.strictObject({ known: v.optional(v.number()) })),
  list: v.optional(v.array(v.strictObject({ known: v.optional(v.number()) }))),
});

function faultsOf(input: unknown): string[] {
  const parsed = parse(schema, input);
  return parsed.ok ? [] : parsed.issues.map(({ path, message }) => `${path}: ${message}`);
}

describe('parse', () => {
  it('reports every unknown key of every object once, with all other problems', () => {
    const faults = faultsOf({ name: 7, a: 1, b: 2, c: 3, inner: { d: 4, e: 5, known: 'x' }, list: [{ f: 6 }, { known: 1, g: 7, h: 8 }] });
    expect(faults.toSorted()).toEqual([
      'a: is not a known key',
      'b: is not a known key',
      'c: is not a known key',
      'inner.d: is not a known key',
      'inner.e: is not a known key',
      'inner.known: must be number',
      'list.0.f: is not a known key',
      'list.1.g: is not a known key',
      'list.1.h: is not a known key',
      'name: must be string',
    ]);
  });

  it('reports __proto__ as an unknown key', () => {
    expect(faultsOf(JSON.parse('{"name":"x","__proto__":{"known":1},"other":1}')).toSorted()).toEqual([
      '__proto__: is not a known key',
      'other: is not a known key',
    ]);
  });

  it('reports a limited number of unknown keys', () => {
    const faults = faultsOf(Object.fromEntries(Array.from({ length: 5_000 }, (_, at) => [`key${at}`, at])));
    expect(faults.length).toBeLessThanOrEqual(12);
  });
});
