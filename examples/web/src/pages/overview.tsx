import type { JSX } from 'preact';
import { client } from '../client.js';
import type { SignedIn, TwoFactor, User } from '../client.js';
import { Icon } from '../components/icon.js';
import type { IconName } from '../components/icon.js';
import { Loading, useLoaded } from '../components/loading.js';
import { Page } from '../components/page.js';
import { METHOD_NAMES } from '../components/second-factor-form.js';
import { ConfirmAddress } from '../components/confirm-address.js';
import { hasPasskeys } from '../passkeys.js';
import { Link } from '../router.js';
import { ago, plural } from '../text/format.js';
import { PasskeyOffer } from './passkey-offer.js';

/** A hint appears if fewer backup codes are left. */
const FEW_CODES = 3;

/** The state of the account, and how to make it safer. */
export function Overview({ session: { user } }: { readonly session: SignedIn }): JSX.Element {
  const loaded = useLoaded(async () => {
    const [twoFactor, { sessions }] = await Promise.all([client.twoFactor(), client.sessions()]);
    return { twoFactor, sessions };
  }, [user.twoFactorEnabled]);
  return (
    <Page title={`Hello, ${user.name}`} lead={user.lastLoginAt === null ? undefined : `You logged in ${ago(user.lastLoginAt)}.`}>
      {!user.emailVerified && <ConfirmAddress email={user.email} />}
      {hasPasskeys && <PasskeyOffer userId={user.id} />}
      <Loading of={loaded}>
        {({ twoFactor, sessions }) => (
          <div class="tiles">
            <Tile icon="mail" title="Email address" to="/account" isGood={user.emailVerified} value={user.email} note={user.emailVerified ? 'Confirmed' : 'Not confirmed yet'} />
            <Tile icon="shield" title="Two-factor" to="/security" isGood={twoFactor.enabled} {...twoFactorTile(twoFactor)} />
            <Tile icon="device" title="Sessions" to="/sessions" value={plural(sessions.length, 'session')} note={sessions.length === 1 ? 'Only this one' : 'Look whether you know them all'} />
            <Tile icon="user" title="Account" to="/account" value={user.username ?? roleName(user)} note={`Since ${ago(user.createdAt)}`} />
          </div>
        )}
      </Loading>
    </Page>
  );
}

const roleName = ({ role }: User): string => (role === 'admin' ? 'Administrator' : 'Member');

function twoFactorTile({ enabled, methods, backupCodesRemaining: left }: TwoFactor): { readonly value: string; readonly note: string } {
  if (!enabled) return { value: 'Off', note: 'A password alone protects this account' };
  return {
    value: methods.map((method) => METHOD_NAMES[method]).join(', '),
    note: left < FEW_CODES ? `Only ${plural(left, 'backup code')} left: make new ones` : plural(left, 'backup code') + ' left',
  };
}

interface TileProps {
  readonly icon: IconName;
  readonly title: string;
  readonly value: string;
  readonly note: string;
  readonly to: string;
  readonly isGood?: boolean;
}

function Tile({ icon, title, value, note, to, isGood }: TileProps): JSX.Element {
  return (
    <Link href={to} class={`tile${isGood === undefined ? '' : isGood ? ' good' : ' poor'}`}>
      <Icon name={icon} />
      <span class="tile-title">{title}</span>
      <b class="tile-value">{value}</b>
      <span class="tile-note">{note}</span>
    </Link>
  );
}
