import type { RouteData } from '@sallyport/client';
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { client } from '../../client.js';
import type { User } from '../../client.js';
import { Button } from '../../components/button.js';
import { Icon } from '../../components/icon.js';
import { Loading, useLoaded } from '../../components/loading.js';
import { More } from '../../components/more.js';
import { Page } from '../../components/page.js';
import { Select } from '../../components/field.js';
import { withStepUp } from '../../components/step-up.js';
import { Link } from '../../router.js';
import { ago, plural } from '../../text/format.js';
import { Invite } from './invite.js';
import { PersonBadges } from './person-badges.js';

const AT_ONCE = 25;
/** The search starts after a pause of this length in typing. */
const PAUSE_MS = 250;

type Status = 'active' | 'disabled' | 'invited';
type Found = RouteData<'users'>;

const STATUSES = [['', 'Everybody'], ['active', 'Active'], ['invited', 'Invited'], ['disabled', 'Disabled']] as const;
const isStatus = (value: string): value is Status => STATUSES.some(([status]) => status !== '' && status === value);

/** For administrators: finds and invites people. */
export function People(): JSX.Element {
  const [typed, setTyped] = useState('');
  const [search, setSearch] = useState('');
  const [status, setStatus] = useState('');
  const [isInviting, setInviting] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSearch(typed.trim()), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  const load = (cursor?: string): Promise<Found> =>
    withStepUp(() =>
      client.users({ limit: AT_ONCE, ...(search !== '' && { search }), ...(isStatus(status) && { status }), ...(cursor !== undefined && { cursor }) }),
    );
  const found = useLoaded(() => load(), [search, status]);
  return (
    <Page title="People" aside={<Button kind="primary" onClick={() => setInviting(true)}>Invite somebody</Button>}>
      <div class="filters">
        <label class="search">
          <Icon name="search" />
          <span class="visually-hidden">Search by name, username or address</span>
          <input type="search" placeholder="Name, username or address" value={typed} onInput={(event) => setTyped(event.currentTarget.value)} />
        </label>
        <Select name="status" label="Show" options={STATUSES} value={status} onChange={setStatus} />
      </div>
      <Loading of={found}>
        {({ users, total, nextCursor }) => (
          <section class="card" aria-label="Found people">
            <p class="muted" role="status">{total === 0 ? 'Nobody is found.' : plural(total, 'person', 'people')}</p>
            <ul class="list">
              {users.map((user) => <PersonItem key={user.id} user={user} />)}
            </ul>
            {nextCursor !== null && (
              <More
                load={async () => {
                  const next = await load(nextCursor);
                  found.setData({ ...next, users: [...users, ...next.users] });
                }}
              />
            )}
          </section>
        )}
      </Loading>
      {isInviting && <Invite onClose={() => setInviting(false)} onDone={found.reload} />}
    </Page>
  );
}

function PersonItem({ user }: { readonly user: User }): JSX.Element {
  const { id, name, email, lastLoginAt } = user;
  return (
    <li class="item person">
      <div class="item-text">
        <Link href={`/people/${id}`} class="stretched"><b>{name}</b></Link>
        <span class="muted">{email} · {lastLoginAt === null ? 'never logged in' : `here ${ago(lastLoginAt)}`}</span>
      </div>
      <PersonBadges user={user} />
    </li>
  );
}
