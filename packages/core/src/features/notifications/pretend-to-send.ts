import type { OutgoingMessage } from '../../model/outgoing-message.js';
import type { TransactionContext } from '../../unit-of-work.js';

/**
 * Writes the row of a message that is never sent, after the same work as for a real one. Without the row, the time of this
 * request or of the next one would tell who has an account (security.md R2).
 */
export async function pretendToSend({ clock, sealMessage, unit }: TransactionContext, message: OutgoingMessage): Promise<void> {
  // Marked as sent and emptied, as sent messages are, so that the delivery skips it.
  await unit.outbox.insert({ ...sealMessage(message), sealedMessage: '', sentAt: clock.now() });
}
