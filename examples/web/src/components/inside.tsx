import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { client, hasMailbox } from '../client.js';
import type { User } from '../client.js';
import { Link, usePath } from '../router.js';
import { Brand } from './brand.js';
import { Button } from './button.js';
import { Connection } from './connection.js';
import { Icon } from './icon.js';
import type { IconName } from './icon.js';
import { Notice } from './notice.js';
import { StepUp } from './step-up.js';
import { ThemeSwitch } from './theme-switch.js';
import { useAction } from './use-action.js';

const PAGES: readonly (readonly [path: string, name: string, icon: IconName])[] = [
  ['/', 'Overview', 'home'],
  ['/account', 'Profile', 'user'],
  ['/security', 'Security', 'shield'],
  ['/sessions', 'Sessions', 'device'],
  ['/activity', 'Activity', 'clock'],
];

interface InsideProps {
  /** `null` while a second factor must be set up first, since nothing else is allowed then. */
  readonly user: User | null;
  readonly children: ComponentChildren;
}

/** The layout of pages for signed-in users: navigation beside the page, or behind a button on narrow screens. */
export function Inside({ user, children }: InsideProps): JSX.Element {
  const path = usePath();
  const [isOpen, setOpen] = useState(false);
  const { run, isBusy, failure } = useAction(() => client.logout());
  useEffect(() => setOpen(false), [path]);
  const pages = [
    ...(user === null ? [] : PAGES),
    ...(user?.role === 'admin' ? [['/people', 'People', 'users'] as const] : []),
    ...(hasMailbox ? [['/mailbox', 'Mailbox', 'mail'] as const] : []),
  ];
  return (
    <div class="inside">
      <a class="skip" href="#page">Skip to the page</a>
      <header class="topbar">
        <Link href="/" class="plain-link" label="Sallyport, overview"><Brand /></Link>
        <button type="button" class="icon-button menu" aria-expanded={isOpen} aria-controls="navigation" aria-label="Menu" onClick={() => setOpen(!isOpen)}>
          <Icon name={isOpen ? 'close' : 'menu'} />
        </button>
      </header>
      <div id="navigation" class={isOpen ? 'sidebar open' : 'sidebar'}>
        <nav aria-label="Pages">
          {pages.map(([to, name, icon]) => (
            <Link key={to} href={to} class="nav-link" isSection><Icon name={icon} /> {name}</Link>
          ))}
        </nav>
        <div class="sidebar-foot">
          {user !== null && <p class="who"><b>{user.name}</b><span class="muted">{user.email}</span></p>}
          <div class="row">
            <Button kind="plain" onClick={run} isBusy={isBusy}><Icon name="out" /> Log out</Button>
            <ThemeSwitch />
          </div>
          {failure !== null && <Notice kind="danger">{failure.message}</Notice>}
        </div>
      </div>
      <main id="page" class="page">
        <Connection />
        {children}
      </main>
      <StepUp />
    </div>
  );
}
