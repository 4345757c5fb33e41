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
 * Seals what a message has to say, due at once. Called within the transaction of what it tells of, so it takes no time but the
 * processor's, and little of that: the message is put into words when it is delivered.
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

/** The message in words; `null` if its secret is gone. */
export function openMessage(context: Context, { id, sealedMessage }: Pick<OutboxRecord, 'id' | 'sealedMessage'>): Notification | null {
  const plain = open(context.keyring, { sealed: sealedMessage, context: sealContext(id) });
  if (plain === null) return null;
  // Nobody but this library can have sealed it. Versions before this one sealed the words.
  const opened: SealedMessage | Notification = JSON.parse(plain);
  return 'content' in opened ? composeMessage(context, { id, ...opened }) : opened;
}
