import type { Context } from '../../context.js';
import { convertPages, pagesOf, readFirst, type PagesOf } from '../../foundation/pages.js';
import type { HandlerResult } from '../../http/define-route.js';
import type { AuthenticatedRequest } from '../../model/caller.js';
import { withTransaction } from '../../unit-of-work.js';
import { toTrailEvent } from '../audit/schema.js';
import { accountSnapshot } from './account-snapshot.js';
import type { ExportData, ExportLists } from './export-schema.js';
import { exportAction } from './exported-records.js';

/**
 * Exports all data about a person (GDPR article 15) as JSON. The lists are read page by page while they are sent: a
 * trail of years must neither fill the memory nor block the process (security.md Z4).
 */
export async function exportMe(
  context: Context,
  { current, caller }: AuthenticatedRequest,
): Promise<HandlerResult<ExportData> & { readonly lists: PagesOf<ExportLists> }> {
  const { user, session } = current;
  const { store } = context;
  const { id } = user;
  const data = await accountSnapshot(context, current);
  const events = await readFirst(pagesOf((page) => store.events.list(id, page)));
  const actions = await readFirst(pagesOf((page) => store.events.listByActor(id, page)));
  const lists = { events: convertPages(events, (event) => toTrailEvent(event, 'owner')), deeds: convertPages(actions, exportAction) };
  // After the steps that can fail at once, so that no export is recorded that could not be made. Before the rest, since
  // a client that disconnects in the middle has most of the data by then.
  await withTransaction(context, {
    caller,
    work: ({ unit }) => unit.record({ type: 'account.exported', outcome: 'success', userId: id, sessionId: session.id }),
  });
  return { data, lists };
}
