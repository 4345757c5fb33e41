import { expect, it } from 'vitest';
import { createTestApp } from '../../test-kit/test-app.js';
import { loginAs } from '../../testing/login-as.js';

it('Z4: logging in and out endlessly leaves a bounded number of sessions, the newest ones', async () => {
  const { auth, store, clock, post } = createTestApp({ throttling: { source: false } });
  for (let n = 0; n < 130; n += 1) {
    const { accessToken } = await loginAs(auth);
    await clock.advance(1);
    await post('/logout', {}, accessToken);
    await clock.advance(1);
  }
  const { userId, sessionId } = await loginAs(auth);
  const [newest, ...others] = await store.sessions.list(userId);
  expect([newest?.id, others.length]).toEqual([sessionId, 100]);
});
