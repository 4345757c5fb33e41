import type { JSX } from 'preact';
import { Page } from '../components/page.js';
import { Link } from '../router.js';

export function NotFound(): JSX.Element {
  return (
    <Page title="There is no such page" lead="It may have moved, or the address is not complete.">
      <Link href="/" class="button primary">Go to the overview</Link>
    </Page>
  );
}
