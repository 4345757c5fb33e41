import { describe, expect, it } from 'vitest';
import { ADA, createAdaWorld } from '../../test-kit/mail-test-app.js';
import type { AdaWorld } from '../../test-kit/mail-test-app.js';
import { PASSWORD } from '../../test-kit/test-app.js';
import { loginAs } from '../../testing/login-as.js';

async function notices({ mail }: AdaWorld): Promise<readonly unknown[]> {
  await mail.settled();
  return mail.messages.filter(({ kind }) => kind === 'security-notice').map(({ to, data }) => [to, data['notice'], data['ip']]);
}

describe('a login from a new device', () => {
  it('L6: notifies the owner of address and device, but not at the first login or from a known device', async () => {
    const world = await createAdaWorld();
    expect(await notices(world)).toEqual([]);
    await loginAs(world.auth, { email: ADA, deviceToken: world.ada.deviceToken, ip: '192.0.2.7' });
    expect(await notices(world)).toEqual([]);
    await loginAs(world.auth, { email: ADA, ip: '192.0.2.8' });
    await loginAs(world.auth, { email: ADA, deviceToken: 'sp_dt_forged', ip: '192.0.2.9' });
    expect(await notices(world)).toEqual([
      [ADA, 'new-device', '192.0.2.8'],
      [ADA, 'new-device', '192.0.2.9'],
    ]);
  });

  it('does not fill the owner’s mailbox if a client never sends its device token', async () => {
    const world = await createAdaWorld();
    for (let n = 0; n < 10; n += 1) await world.post('/login', { email: ADA, password: PASSWORD });
    expect(await notices(world)).toHaveLength(5);
  });
});
