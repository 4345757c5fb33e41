import type { JSX } from 'preact';
import { client } from '../client.js';
import type { SignedIn } from '../client.js';
import { EventList } from '../components/event-list.js';
import { Page } from '../components/page.js';

const AT_ONCE = 30;

/** The events of the account that its owner may see. */
export function Activity({ session: { user } }: { readonly session: SignedIn }): JSX.Element {
  return (
    <Page title="Activity" lead="What happened to your account, newest first. If something here was not you, change your password and end all sessions.">
      <section class="card" aria-label="Events">
        <EventList userId={user.id} load={(cursor) => client.userEvents({ id: user.id, limit: AT_ONCE, cursor })} />
      </section>
    </Page>
  );
}
