import type { JSX } from 'preact';
import { client } from '../../client.js';
import type { User } from '../../client.js';
import { EventList } from '../../components/event-list.js';
import { Loading, useLoaded } from '../../components/loading.js';
import { Page, Section } from '../../components/page.js';
import { withStepUp } from '../../components/step-up.js';
import { Link } from '../../router.js';
import { ago, date } from '../../text/format.js';
import { EditPerson } from './edit-person.js';
import { HelpPerson } from './help-person.js';
import { PersonBadges } from './person-badges.js';

const EVENTS_AT_ONCE = 20;

/** For administrators: one user, and actions for them. */
export function Person({ id, ownId }: { readonly id: string; readonly ownId: string }): JSX.Element {
  const loaded = useLoaded(() => withStepUp(() => client.user({ id })), [id]);
  return (
    <Loading of={loaded}>
      {({ user }) => (
        <Page title={user.name} aside={<PersonBadges user={user} />} lead={<><Link href="/people">People</Link> · {user.email}</>}>
          <Facts user={user} />
          {user.id === ownId ? (
            <p class="muted">This is you. Your own account you change at <Link href="/account">Profile</Link> and <Link href="/security">Security</Link>.</p>
          ) : (
            <>
              <HelpPerson user={user} onChange={loaded.reload} />
              <EditPerson user={user} onChange={loaded.reload} />
            </>
          )}
          <Section title="Activity">
            <EventList userId={user.id} load={(cursor) => client.userEvents({ id: user.id, limit: EVENTS_AT_ONCE, cursor })} />
          </Section>
        </Page>
      )}
    </Loading>
  );
}

function Facts({ user }: { readonly user: User }): JSX.Element {
  const facts = [
    ['Username', user.username ?? 'none'],
    ['Here since', date(user.createdAt)],
    ['Last login', user.lastLoginAt === null ? 'never' : ago(user.lastLoginAt)],
    ['Two-factor', user.twoFactorEnabled ? 'on' : 'off'],
  ] as const;
  return (
    <dl class="card facts">
      {facts.map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}
    </dl>
  );
}
