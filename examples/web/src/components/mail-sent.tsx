import type { ComponentChildren, JSX } from 'preact';
import { hasMailbox } from '../client.js';
import { Link } from '../router.js';
import { SendMailAgain } from './send-mail-again.js';
import { Icon } from './icon.js';
import { Page } from './page.js';

interface MailSentProps {
  readonly title: string;
  readonly children: ComponentChildren;
  /** Sends the mail again. */
  readonly again: () => Promise<unknown>;
}

/** Tells the user to look into their mailbox. */
export function MailSent({ title, children, again }: MailSentProps): JSX.Element {
  return (
    <Page title={title}>
      <div class="emblem"><Icon name="mail" /></div>
      <p>{children}</p>
      {hasMailbox && <p><Link href="/mailbox" class="button primary wide">Open the development mailbox</Link></p>}
      <SendMailAgain again={again} />
      <p class="beneath"><Link href="/login">Go to the login</Link></p>
    </Page>
  );
}
