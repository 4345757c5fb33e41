import type { JSX } from 'preact';
import type { Event } from '../client.js';
import { eventDetail, eventName } from '../text/events.js';
import { address, ago, dateTime } from '../text/format.js';
import { deviceName } from '../text/user-agent.js';
import { Icon } from './icon.js';
import { Loading, useLoaded } from './loading.js';
import { More } from './more.js';

interface EventPage {
  readonly events: readonly Event[];
  readonly nextCursor: string | null;
}

interface EventListProps {
  readonly load: (cursor: string | undefined) => Promise<EventPage>;
  /** The owner of the events. Events that others caused are marked. */
  readonly userId: string;
}

/** The events of an account, newest first, page by page. */
export function EventList({ load, userId }: EventListProps): JSX.Element {
  const loaded = useLoaded(() => load(undefined), [userId]);
  return (
    <Loading of={loaded}>
      {({ events, nextCursor }) => (
        <>
          <ol class="list events">
            {events.map((event) => <EventItem key={event.id} event={event} userId={userId} />)}
          </ol>
          {nextCursor !== null && (
            <More
              load={async () => {
                const next = await load(nextCursor);
                loaded.setData({ ...next, events: [...events, ...next.events] });
              }}
            />
          )}
        </>
      )}
    </Loading>
  );
}

function EventItem({ event, userId }: { readonly event: Event; readonly userId: string }): JSX.Element {
  const { at, outcome, ip, userAgent, actorId } = event;
  const isForeign = actorId !== null && actorId !== userId;
  const detail = eventDetail(event);
  const from = [isForeign ? 'by an administrator' : null, userAgent === null ? null : deviceName(userAgent), ip === null ? null : address(ip)].filter((part) => part !== null);
  return (
    <li class={`item event ${outcome}`}>
      <Icon name={outcome === 'success' ? 'check' : 'warning'} />
      <div class="item-text">
        <b>{eventName(event)}{detail !== null && <span class="muted"> ({detail})</span>}</b>
        {from.length > 0 && <span class="muted">{from.join(' · ')}</span>}
      </div>
      <time class="muted" dateTime={at} title={dateTime(at)}>{ago(at)}</time>
    </li>
  );
}
