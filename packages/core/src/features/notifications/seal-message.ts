import type { Context } from '../../context.js';
import { open, seal } from '../../crypto/sealed.js';
import type { Notification } from '../../ports/notifier.js';
import type { OutboxRecord } from '../../ports/store/outbox.js';
import type { OutgoingMessage } from '../../model/outgoing-message.js';
import { composeMessage } from './compose-message.js';

/** Associated data: binds the ciphertext to its row, so that rows cannot be swapped. */
function sealContext(id: string): string {
  return `outbox:${id}`;
}

type SealedMessage = Omit<OutgoingMessage, 'userId'>;

/**
 * Seals the content of a message, due at once. Called within a transaction, so it does not wait for anything and takes little
 * processor time: the message is rendered when it is delivered.
 */
export function sealMessage(context: Context, { userId, ...message }: OutgoingMessage): OutboxRecord {
  const id = context.makeId();
  const now = context.clock.now();
  const sealed: SealedMessage = message;
  return {
    id,
    userId,
    kind: message.content.kind,
    sealedMessage: seal(context, { plain: JSON.stringify(sealed), context: sealContext(id) }),
    createdAt: now,
    attempts: 0,
    nextAttemptAt: now,
    leasedUntil: null,
    sentAt: null,
    deadAt: null,
  };
}

/** Renders the message; `null` if its secret is no longer configured. */
export function openMessage(context: Context, { id, sealedMessage }: Pick<OutboxRecord, 'id' | 'sealedMessage'>): Notification | null {
  const plain = open(context.keyring, { sealed: sealedMessage, context: sealContext(id) });
  if (plain === null) return null;
  // Only this library can have sealed it. Earlier versions sealed the rendered message.
  const opened: SealedMessage | Notification = JSON.parse(plain);
  return 'content' in opened ? composeMessage(context, { id, ...opened }) : opened;
}
