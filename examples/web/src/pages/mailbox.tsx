import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Button } from '../components/button.js';
import { Icon } from '../components/icon.js';
import { Loading, useLoaded } from '../components/loading.js';
import { Page } from '../components/page.js';
import { useAction } from '../components/use-action.js';
import { CopyButton } from '../components/copy-button.js';
import { ago, dateTime } from '../text/format.js';
import { AuthConnectionError } from '@sallyport/client';

interface Message {
  readonly id: string;
  readonly at: string;
  readonly channel: 'email' | 'sms';
  readonly to: string;
  readonly subject: string | null;
  readonly text: string;
  readonly url: string | null;
  readonly code: string | null;
}

const MESSAGES = '/mailbox/messages';
const LOOK_EVERY_MS = 2_000;

async function fetchMessages(): Promise<readonly Message[]> {
  const response = await fetch(MESSAGES).catch((cause: unknown) => {
    throw new AuthConnectionError({ cause });
  });
  if (!response.ok) throw new AuthConnectionError({ status: response.status });
  return response.json();
}

/** In development the server keeps messages instead of sending them, and anyone can read them here. This page does not exist in production. */
export function Mailbox(): JSX.Element {
  const messages = useLoaded(fetchMessages);
  const [query, setQuery] = useState('');
  const clear = useAction(async () => {
    await fetch(MESSAGES, { method: 'DELETE' });
    await messages.reload();
  });
  useEffect(() => {
    const timer = setInterval(() => {
      if (!document.hidden) void messages.reload();
    }, LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  const isMatch = ({ to, subject, text }: Message): boolean => `${to} ${subject} ${text}`.toLowerCase().includes(query.toLowerCase());
  return (
    <Page
      title="Development mailbox"
      lead="Mails and text messages that this server would have sent. It keeps them in memory, and only in development."
      aside={(messages.data?.length ?? 0) > 0 && <Button onClick={clear.run} isBusy={clear.isBusy}>Empty</Button>}
    >
      <Loading of={messages}>
        {(all) =>
          all.length === 0 ? (
            <div class="empty">
              <Icon name="mail" />
              <p>Nothing has been sent yet. Register, or ask for a new password, and the mail appears here.</p>
            </div>
          ) : (
            <>
              <label class="search"><Icon name="search" /><span class="visually-hidden">Search messages</span><input type="search" placeholder="Search" value={query} onInput={(event) => setQuery(event.currentTarget.value)} /></label>
              <ol class="messages">
                {all.filter(isMatch).map((message) => <li key={message.id}><MessageCard message={message} /></li>)}
              </ol>
            </>
          )
        }
      </Loading>
    </Page>
  );
}

function MessageCard({ message: { at, channel, to, subject, text, url, code } }: { readonly message: Message }): JSX.Element {
  return (
    <article class="card message">
      <header>
        <Icon name={channel === 'email' ? 'mail' : 'phone'} />
        <div class="message-about">
          <h2>{subject ?? 'Text message'}</h2>
          <p class="muted">To {to} · <time dateTime={at} title={dateTime(at)}>{ago(at)}</time></p>
        </div>
      </header>
      {(url !== null || code !== null) && (
        <div class="row">
          {url !== null && <a class="button primary" href={url}>Open the link</a>}
          {code !== null && <><output class="code-shown">{code}</output><CopyButton text={code} label="Copy the code" /></>}
        </div>
      )}
      <pre>{text.trim()}</pre>
    </article>
  );
}
