import type { ComponentChildren, JSX } from 'preact';
import { hasMailbox } from '../client.js';
import { Link } from '../router.js';
import { Brand } from './brand.js';
import { Connection } from './connection.js';
import { Icon } from './icon.js';
import { ThemeSwitch } from './theme-switch.js';

/** The layout of pages for signed-out users: one card in the middle. */
export function Outside({ children }: { readonly children: ComponentChildren }): JSX.Element {
  return (
    <div class="outside">
      <header class="outside-head">
        <Link href="/login" class="plain-link" label="Sallyport, log in"><Brand /></Link>
        <ThemeSwitch />
      </header>
      <Connection />
      <main class="outside-main">
        <div class="card outside-card">{children}</div>
      </main>
      {hasMailbox && (
        <footer class="outside-foot">
          <Link href="/mailbox"><Icon name="mail" /> Development mailbox</Link>
        </footer>
      )}
    </div>
  );
}
