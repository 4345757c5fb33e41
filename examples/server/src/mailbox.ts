import type { Notification, Notifier } from '@sallyport/core';
import { Router } from 'express';

/** The number of messages to keep; older ones are dropped. */
const CAPACITY = 200;

/** A message as the page shows it. */
export interface CapturedMessage extends Pick<Notification, 'id' | 'channel' | 'to' | 'text'> {
  readonly at: string;
  readonly subject: string | null;
  readonly url: string | null;
  readonly code: string | null;
}

/** Keeps messages in memory for development, instead of sending them. Never in production: the codes and links of all users are visible. */
export interface Mailbox {
  /** Newest first. */
  readonly messages: () => readonly CapturedMessage[];
  readonly empty: () => void;
  /** The same notifier, which also keeps the messages. */
  readonly capture: (notifier: Notifier) => Notifier;
}

export function createMailbox(): Mailbox {
  let messages: readonly CapturedMessage[] = [];
  return {
    messages: () => messages,
    empty() {
      messages = [];
    },
    capture: (notifier) => ({
      ...notifier,
      async send(message, options) {
        await notifier.send(message, options);
        // A message may be delivered twice, with the same id.
        messages = [toCaptured(message), ...messages.filter(({ id }) => id !== message.id)].slice(0, CAPACITY);
      },
    }),
  };
}

function toCaptured({ id, channel, to, subject, text, data: { url, code } }: Notification): CapturedMessage {
  return { id, at: new Date().toISOString(), channel, to, subject: subject ?? null, text, url: url ?? null, code: code ?? null };
}

/** `GET /messages` and `DELETE /messages`, only for this machine's own pages: `hosts` are its names and ports. */
export function mailboxRouter(mailbox: Mailbox, hosts: readonly string[]): Router {
  const router = Router();
  router.use((req, res, next) => {
    // If a third party's host name resolves to this address, the browser treats its page as same-origin (DNS rebinding).
    if (hosts.includes(req.get('host') ?? '')) next();
    else res.status(403).json({ error: 'The mailbox is open to pages of this server alone' });
  });
  router.get('/messages', (_req, res) => void res.set('Cache-Control', 'no-store').json(mailbox.messages()));
  router.delete('/messages', (_req, res) => {
    mailbox.empty();
    res.sendStatus(204);
  });
  return router;
}
