import { createAuth } from '@sallyport/core';
import { inbox } from '@sallyport/core/testing';
import { createLibsqlStore } from './index.js';

// Started by removal-crash.test.ts: removes an account, and is killed after some batches of its events.
const [, , url = '', accessToken = '', password = '', batches = '0'] = process.argv;

const store = await createLibsqlStore({ url });
let left = Number(batches);
const auth = createAuth({
  secret: 'the secret of tests, 32 bytes long or more',
  store: {
    ...store,
    events: {
      ...store.events,
      async anonymize(batch) {
        if (left === 0) process.kill(process.pid, 'SIGKILL');
        left -= 1;
        return store.events.anonymize(batch);
      },
    },
  },
  notifier: inbox(),
  maintenance: false,
  passwords: { cost: 4 },
  logger: false,
});
await auth.api.deleteMe({ password }, { accessToken });
