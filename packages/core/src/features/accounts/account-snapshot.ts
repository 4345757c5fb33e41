import type { Context } from '../../context.js';
import { isoTime } from '../../foundation/iso-time.js';
import type { SessionState } from '../../model/session-state.js';
import { toSession } from '../../model/session.js';
import { toUser } from '../../model/user.js';
import type { UserRecord } from '../../ports/store/users.js';
import { toDevice } from '../devices/schema.js';
import type { ExportData } from './export-schema.js';
import { exportFactor, exportIdentity, exportMessage, exportPasskey, exportSession, exportToken, timeOf } from './exported-records.js';

/** All that is stored about the user, as exported, except the audit trail. */
export async function accountSnapshot(context: Context, { user, session }: SessionState): Promise<ExportData> {
  const { store } = context;
  const { id } = user;
  const sessions = await store.sessions.list(id);
  const devices = await store.devices.list(id);
  return {
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
