import type { RouteData } from '@sallyport/client';
import type { JSX } from 'preact';
import { client } from '../client.js';
import { Badge } from '../components/badge.js';
import { ConfirmButton } from '../components/confirm-button.js';
import { Icon } from '../components/icon.js';
import { Loading, useLoaded } from '../components/loading.js';
import { Page, Section } from '../components/page.js';
import { address, ago, date, dateTime } from '../text/format.js';
import { deviceName } from '../text/user-agent.js';

type Session = RouteData<'sessions'>['sessions'][number];
type Device = RouteData<'devices'>['devices'][number];

/** The account's sessions and known devices. */
export function Sessions(): JSX.Element {
  const loaded = useLoaded(async () => {
    const [{ sessions }, { devices }] = await Promise.all([client.sessions(), client.devices()]);
    return { sessions, devices };
  });
  return (
    <Page title="Sessions and devices">
      <Loading of={loaded}>
        {({ sessions, devices }) => (
          <>
            <Section title="Sessions" lead="Where you are logged in. A session that you end stops working at once." aside={sessions.length > 1 && <EndAll />}>
              <ul class="list">
                {sessions.map((session) => <SessionItem key={session.id} session={session} onEnd={loaded.reload} />)}
              </ul>
            </Section>
            <Section title="Devices" lead="Browsers in which you logged in before. A known device is spared the mail about a new one.">
              {devices.length === 0 ? <p class="muted">None.</p> : (
                <ul class="list">
                  {devices.map((device) => <DeviceItem key={device.id} device={device} onForget={loaded.reload} />)}
                </ul>
              )}
            </Section>
          </>
        )}
      </Loading>
    </Page>
  );
}

function EndAll(): JSX.Element {
  return (
    <ConfirmButton
      action="Log out everywhere"
      question="All sessions end, this one too. You log in again here."
      work={() => client.logoutAll()}
    />
  );
}

function SessionItem({ session, onEnd }: { readonly session: Session; readonly onEnd: () => Promise<void> }): JSX.Element {
  const { id, userAgent, ip, createdAt, lastUsedAt, aal, current } = session;
  const name = deviceName(userAgent);
  return (
    <li class="item">
      <Icon name="device" />
      <div class="item-text">
        <b>{name}</b>
        <span class="muted" title={dateTime(lastUsedAt)}>
          {ip === null ? '' : `${address(ip)} · `}used {ago(lastUsedAt)} · since {date(createdAt)}{aal === 2 && ' · with two-factor'}
        </span>
      </div>
      {current ? <Badge kind="good">This session</Badge> : (
        <ConfirmButton
          action="End"
          label={`End the session: ${name}`}
          question={`Whoever uses it is logged out at once. It was used ${ago(lastUsedAt)}.`}
          work={async () => {
            await client.endSession({ id });
            await onEnd();
          }}
        />
      )}
    </li>
  );
}

function DeviceItem({ device, onForget }: { readonly device: Device; readonly onForget: () => Promise<void> }): JSX.Element {
  const { id, userAgent, firstSeenAt, lastSeenAt, trustedUntil, current } = device;
  const name = deviceName(userAgent);
  return (
    <li class="item">
      <Icon name="phone" />
      <div class="item-text">
        <b>{name}</b>
        <span class="muted">
          seen {ago(lastSeenAt)} · since {date(firstSeenAt)}{trustedUntil !== null && ` · not asked for a second step until ${date(trustedUntil)}`}
        </span>
      </div>
      {current && <Badge kind="good">This device</Badge>}
      <ConfirmButton
        action="Forget"
        kind="plain"
        label={`Forget the device: ${name}`}
        question="The next login on it counts as one on a new device, and is asked for the second step. Its session goes on."
        work={async () => {
          await client.forgetDevice({ id });
          await onForget();
        }}
      />
    </li>
  );
}
