import type { SessionState } from '../../model/session-state.js';
import type { Caller } from '../../model/caller.js';
import type { Context } from '../../context.js';
import * as v from 'valibot';
import type { Schema } from '../../foundation/parse.js';
import { isoTime } from '../../foundation/iso-time.js';
import { convertPages, pagesOf, readFirst } from '../../foundation/pages.js';
import type { PagesOf } from '../../foundation/pages.js';
import type { HandlerResult } from '../../http/define-route.js';
import type { EventRecord } from '../../ports/store/events.js';
import type { UserRecord } from '../../ports/store/users.js';
import { toTrailEvent } from '../audit/schema.js';
import type { TrailEvent } from '../audit/schema.js';
import { withTransaction } from '../../unit-of-work.js';
import { toDevice } from '../devices/schema.js';
import type { Device } from '../devices/schema.js';
import { toSession } from '../../model/session.js';
import type { Session } from '../../model/session.js';
import { exportFactor, exportIdentity, exportMessage, exportPasskey, exportSession, exportToken, timeOf } from './exported-records.js';
import type { ExportedFactor, ExportedIdentity, ExportedMessage, ExportedPasskey, ExportedSession, ExportedToken } from './exported-records.js';
import { toUser } from '../../model/user.js';
import type { User } from '../../model/user.js';

/** All data about a person, except secrets, their hashes, and the lists of `ExportLists`. Times are ISO 8601 UTC. */
export interface ExportData<Profile = unknown> {
  readonly exportedAt: string;
  readonly user: User<Profile> & {
    readonly phone: string | null;
    readonly emailVerifiedAt: string | null;
    readonly phoneVerifiedAt: string | null;
    readonly passwordChangedAt: string | null;
    readonly twoFactorEnabledAt: string | null;
    readonly disabledAt: string | null;
    /** The stored profile, also if no profile is configured any more. */
    readonly storedProfile: UserRecord['profile'];
  };
  readonly sessions: readonly (Session & ExportedSession)[];
  readonly devices: readonly Device[];
  readonly factors: readonly ExportedFactor[];
  readonly passkeys: readonly ExportedPasskey[];
  readonly backupCodesRemaining: number;
  readonly identities: readonly ExportedIdentity[];
  readonly oneTimeTokens: readonly ExportedToken[];
  readonly messages: readonly ExportedMessage[];
}

/** The lists of unbounded length. */
export interface ExportLists {
  /** The events about the account. */
  readonly events: readonly TrailEvent[];
  /**
   * What the person did to others' accounts, and from where. The other users are not named: their ids are not this
   * person's data.
   */
  readonly deeds: readonly Omit<TrailEvent, 'userId' | 'detail'>[];
}

const isObject = (value: unknown): boolean => typeof value === 'object';

export const exportData: Schema<ExportData> = v.custom<ExportData>(isObject);
export const exportLists: Schema<ExportLists> = v.custom<ExportLists>(isObject);

/**
 * Exports all data about a person (GDPR article 15) as JSON. The lists are read page by page while they are sent: a
 * trail of years must neither fill the memory nor block the process (security.md Z4).
 */
export async function exportMe(
  context: Context,
  { current, caller }: { readonly current: SessionState; readonly caller: Caller },
): Promise<HandlerResult<ExportData> & { readonly lists: PagesOf<ExportLists> }> {
  const { user, session } = current;
  const { store } = context;
  const { id } = user;
  const sessions = await store.sessions.list(id);
  const devices = await store.devices.list(id);
  const data = {
    exportedAt: isoTime(context.clock.now()),
    user: exportUser(context, user),
    sessions: sessions.map((record) => ({ ...toSession(record, session.id), ...exportSession(record) })),
    devices: devices.map((record) => toDevice(record, session.deviceId)),
    factors: (await store.factors.list(id)).map((factor) => exportFactor(user, factor)),
    passkeys: (await store.passkeys.list(id)).map(exportPasskey),
    backupCodesRemaining: await store.backupCodes.countUnused(id),
    identities: (await store.identities.list(id)).map(exportIdentity),
    oneTimeTokens: (await store.oneTimeTokens.list(id)).map(exportToken),
    messages: (await store.outbox.list(id)).map(exportMessage),
  };
  const events = await readFirst(pagesOf((page) => store.events.list(id, page)));
  const deeds = await readFirst(pagesOf((page) => store.events.listByActor(id, page)));
  const lists = { events: convertPages(events, (event) => toTrailEvent(event, 'owner')), deeds: convertPages(deeds, exportDeed) };
  // After the steps that can fail at once, so that no export is recorded that could not be made. Before the rest, since
  // a client that disconnects in the middle has most of the data by then.
  await withTransaction(context, {
    caller,
    work: ({ unit }) => unit.record({ type: 'account.exported', outcome: 'success', userId: id, sessionId: session.id }),
  });
  return { data, lists };
}

function exportUser(context: Context, user: UserRecord): ExportData['user'] {
  return {
    ...toUser(context, user),
    phone: user.phone,
    emailVerifiedAt: timeOf(user.emailVerifiedAt),
    phoneVerifiedAt: timeOf(user.phoneVerifiedAt),
    passwordChangedAt: timeOf(user.passwordChangedAt),
    twoFactorEnabledAt: timeOf(user.twoFactorEnabledAt),
    disabledAt: timeOf(user.disabledAt),
    storedProfile: user.profile,
  };
}

function exportDeed({ userId: _, detail: __, at, lastAt, ...event }: EventRecord): ExportLists['deeds'][number] {
  return { ...event, at: isoTime(at), lastAt: timeOf(lastAt) };
}
