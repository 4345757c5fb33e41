import { readFileSync } from 'node:fs';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { createTestApp } from '../test-kit/test-app.js';
import { loginAs } from '../testing/login-as.js';
import type { AuthEvent, AuthEventOf, NewEvent } from './events.js';

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');

const byName = (a: string, b: string): number => a.localeCompare(b);

/** `type | outcomes | fields of the detail`, read from the types. */
function typed(): string[] {
  const [, body = ''] = /export interface EventShapes \{([^]*?)^\}/m.exec(read('./event-shapes.ts')) ?? [];
  return [...body.matchAll(/^ {2}'([\w.-]+)': ([^]*?);$(?=\n {2}'|\n?$(?![^]))/gm)].map(([, type, shape = '']) => {
    const outcomes = ['Success', 'Failure'].filter((outcome) => shape.includes(outcome)).map((outcome) => outcome.toLowerCase());
    return [type, outcomes.join(', '), [...shape.matchAll(/readonly (\w+)/g)].map(([, field = '']) => field).toSorted(byName).join(', ')].join(' | ');
  });
}

/** The same, read from docs/events.md. */
function documented(): string[] {
  const rows = read('../../../../docs/events.md').matchAll(/^\| `([\w.-]+)` \| ([\w, ]+) \| ([^|]*)\|/gm);
  return [...rows].map(([, type, outcomes, detail = '']) =>
    [type, outcomes, [...detail.matchAll(/`(\w+)`/g)].map(([, field = '']) => field).toSorted(byName).join(', ')].join(' | '),
  );
}

describe('docs/events.md', () => {
  it('has exactly the event types, with outcomes and details', () => {
    expect(typed().length).toBeGreaterThan(40);
    expect(documented().toSorted()).toEqual(typed().toSorted());
  });
});

describe('an event', () => {
  it('is narrowed by its type', () => {
    const say = (event: AuthEvent): string => {
      if (event.type === 'login.succeeded') {
        expectTypeOf(event.outcome).toEqualTypeOf<'success'>();
        return event.detail.newDevice ? 'new' : 'known';
      }
      if (event.type === 'password.reset-requested') return event.outcome === 'failure' ? event.detail.reason : 'mailed';
      if (event.type === 'account.enabled') expectTypeOf(event.detail).toEqualTypeOf<null>();
      return event.type;
    };
    expectTypeOf<AuthEventOf<'session.reused'>['detail']['generationsBehind']>().toEqualTypeOf<number>();
    expectTypeOf<{ type: 'login.succeeded'; outcome: 'failure' }>().not.toExtend<NewEvent>();
    expectTypeOf<{ type: 'login.succeeded'; outcome: 'success' }>().not.toExtend<NewEvent>();
    expectTypeOf<{ type: 'login.sucseeded'; outcome: 'success' }>().not.toExtend<NewEvent>();
    expectTypeOf<{ type: 'email.verified'; outcome: 'success' }>().toExtend<NewEvent>();
    expect(say).toBeTypeOf('function');
  });

  it('is emitted when its change can already be read', async () => {
    const heard: string[] = [];
    const { auth, store } = createTestApp({
      async onEvent({ type, userId }) {
        heard.push(`${type} ${userId === null ? 'nobody' : (await store.users.find(userId))?.email}`);
      },
    });
    await loginAs(auth, { email: 'ada@example.com' });
    await expect.poll(() => heard).toEqual(['account.registered ada@example.com', 'login.succeeded ada@example.com']);
  });
});
