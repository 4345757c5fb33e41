import { readFileSync } from 'node:fs';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { createWorld } from '../../test-kit/world.js';
import { loginAs } from '../../testing/login-as.js';
import type { AuthEvent, AuthEventOf, NewEvent } from './events.js';

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');

/** `type | outcomes | fields of the detail`, as the types have it. */
function typed(): string[] {
  const [, body = ''] = /export interface EventShapes \{([^]*?)^\}/m.exec(read('./event-shapes.ts')) ?? [];
  return [...body.matchAll(/^ {2}'([\w.-]+)': ([^]*?);$(?=\n {2}'|\n?$(?![^]))/gm)].map(([, type, shape = '']) => {
    const outcomes = ['Success', 'Failure'].filter((outcome) => shape.includes(outcome)).map((outcome) => outcome.toLowerCase());
    return [type, outcomes.join(', '), [...shape.matchAll(/readonly (\w+)/g)].map(([, field]) => field).toSorted().join(', ')].join(' | ');
  });
}

/** The same, as docs/events.md has it. */
function documented(): string[] {
  const rows = read('../../../../../docs/events.md').matchAll(/^\| `([\w.-]+)` \| ([\w, ]+) \| ([^|]*)\|/gm);
  return [...rows].map(([, type, outcomes, detail = '']) =>
    [type, outcomes, [...detail.matchAll(/`(\w+)`/g)].map(([, field]) => field).toSorted().join(', ')].join(' | '),
  );
}

describe('docs/events.md', () => {
  it('has every event that there is, how it ends and what its detail holds, and no other', () => {
    expect(typed().length).toBeGreaterThan(40);
    expect(documented().toSorted()).toEqual(typed().toSorted());
  });
});

describe('an event', () => {
  it('is told apart by its type', () => {
    const say = (event: AuthEvent): string => {
      switch (event.type) {
        case 'login.succeeded':
          expectTypeOf(event.outcome).toEqualTypeOf<'success'>();
          return event.detail.newDevice ? 'new' : 'known';
        case 'password.reset-requested':
          return event.outcome === 'failure' ? event.detail.reason : 'mailed';
        case 'account.enabled':
          expectTypeOf(event.detail).toEqualTypeOf<null>();
          return 'enabled';
        default:
          return event.type;
      }
    };
    expectTypeOf<AuthEventOf<'session.reused'>['detail']['generationsBehind']>().toEqualTypeOf<number>();
    expectTypeOf<{ type: 'login.succeeded'; outcome: 'failure' }>().not.toExtend<NewEvent>();
    expectTypeOf<{ type: 'login.succeeded'; outcome: 'success' }>().not.toExtend<NewEvent>();
    expectTypeOf<{ type: 'login.sucseeded'; outcome: 'success' }>().not.toExtend<NewEvent>();
    expectTypeOf<{ type: 'email.verified'; outcome: 'success' }>().toExtend<NewEvent>();
    expect(say).toBeTypeOf('function');
  });

  it('is heard after its change is committed, and neither delays nor fails the request', async () => {
    const heard: string[] = [];
    let answered = false;
    const { auth, store, log } = createWorld({
      async onEvent({ type, userId }) {
        // It was answered by then, and the change can be read.
        heard.push(`${type} ${answered} ${userId === null ? null : (await store.users.find(userId))?.email}`);
        throw new Error('the listener broke');
      },
    });
    await auth.api.register({ email: 'ada@example.com', password: 'seven violet otters', name: 'Ada' });
    answered = true;
    await loginAs(auth, { password: 'seven violet otters' });
    await expect.poll(() => heard.length).toBeGreaterThan(1);
    expect(heard[0]).toMatch(/^account\.registered (true|false) ada@example\.com$/);
    await expect.poll(() => log.filter(({ message }) => message === 'onEvent threw').length).toBeGreaterThan(1);
    expect(JSON.stringify(log)).not.toContain('the listener broke');
  });

  it('whose listener never ends holds nobody up', async () => {
    const { auth } = createWorld({ onEvent: () => new Promise<void>(() => undefined) });
    expect((await loginAs(auth)).accessToken).not.toBe('');
  });
});
