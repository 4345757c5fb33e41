import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { createAuth } from '@sallyport/core';
import type { Notifier } from '@sallyport/core';
import { createLibsqlStore } from './index.js';

// Started by outbox-crash.test.ts: an application that registers users, which sends a mail to each, and reports each acknowledged
// registration to its parent. Its provider writes accepted messages to a file, which survives a kill of the application.
const [, , url = '', takenPath = '', answerMs = '0', durationMs = '0'] = process.argv;

const provider: Notifier = {
  channels: ['email'],
  async send({ id, to }) {
    await sleep(Number(answerMs));
    appendFileSync(takenPath, `${id} ${to}\n`);
  },
};

const store = await createLibsqlStore({ url, waitMs: 20_000 });
const auth = createAuth({
  secret: 'the secret of tests, 32 bytes long or more',
  store,
  notifier: provider,
  passwords: { cost: 4 },
  logger: false,
});

const end = performance.now() + Number(durationMs);
for (let number = 0; performance.now() < end; number += 1) {
  const email = `${process.pid}-${number}@example.com`;
  await auth.api.register({ email, password: 'seven violet otters', name: 'Ada' });
  process.send?.(email);
  // Between two registrations, pending messages are delivered.
  await sleep(1);
}
while ((await store.outbox.nextDue()) !== null) await sleep(20);
await auth.close();
process.disconnect();
