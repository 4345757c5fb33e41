import type { Context } from '../../context.js';
import { AuthError } from '../../errors.js';
import { pageOf, rangeOf, type NextPage } from '../../http/page.js';
import { toTrailEvent, type EventsData, type ListEventsInput, type TrailReader } from './schema.js';

/**
 * A page of the events about an account, newest first. Administrators may still read about a removed account: its
 * remaining events are found by its id alone. Fails with `NOT_FOUND` if there is neither an account nor an event.
 */
export async function listEvents(
  { store }: Context,
  { id, reader, ...page }: ListEventsInput & { readonly reader: TrailReader },
): Promise<EventsData & NextPage> {
  const found = await store.events.list(id, rangeOf(page));
  if (found.length === 0 && page.cursor === undefined && (await store.users.find(id)) === null) throw new AuthError('NOT_FOUND');
  const { rows, nextCursor } = pageOf(found, page);
  return { events: rows.map((event) => toTrailEvent(event, reader)), nextCursor };
}
