import type { JSX } from 'preact';
import { Icon } from '../components/icon.js';
import { Page } from '../components/page.js';
import { Link } from '../router.js';

/** After an account was deleted. */
export function Goodbye(): JSX.Element {
  return (
    <Page title="Your account is deleted" lead="Everything that was stored about you is gone. Thank you for having been here.">
      <div class="emblem success"><Icon name="check" /></div>
      <p class="beneath"><Link href="/register">Create a new account</Link></p>
    </Page>
  );
}
