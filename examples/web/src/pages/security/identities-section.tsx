import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { client, loadProviders } from '../../client.js';
import type { ExternalProvider, Identity } from '../../client.js';
import { Button } from '../../components/button.js';
import { ConfirmButton } from '../../components/confirm-button.js';
import { Icon } from '../../components/icon.js';
import { Loading, useLoaded } from '../../components/loading.js';
import { Notice } from '../../components/notice.js';
import { Section } from '../../components/page.js';
import { useProvider } from '../../components/use-provider.js';
import { ago, date } from '../../text/format.js';

/** Linked external accounts, and providers to link more. Empty without providers. */
export function IdentitiesSection(): JSX.Element | null {
  const [linked] = useState(takeLinked);
  const { run, isBusy, failure } = useProvider({ link: true });
  const loaded = useLoaded(async () => {
    const providers = await loadProviders();
    return { providers, identities: providers.length === 0 ? [] : (await client.identities()).identities };
  });
  if (loaded.data?.providers.length === 0) return null;
  return (
    <Section title="External accounts" lead="Accounts that you have elsewhere, with which you can log in here.">
      <Loading of={loaded}>
        {({ providers, identities }) => (
          <>
            {linked !== null && <Notice kind="success">You can now log in with {nameOf(providers, linked)}.</Notice>}
            {failure !== null && <Notice kind="danger">{failure.message}</Notice>}
            {identities.length === 0 ? <p class="muted">None.</p> : (
              <ul class="list">
                {identities.map((identity) => (
                  <IdentityItem key={identity.id} identity={identity} name={nameOf(providers, identity.provider)} onRemove={loaded.reload} />
                ))}
              </ul>
            )}
            <div class="actions">
              {providers.map(({ id, name }) => <Button key={id} isBusy={isBusy} onClick={() => run(id)}>Link {name}</Button>)}
            </div>
          </>
        )}
      </Loading>
    </Section>
  );
}

interface IdentityItemProps {
  readonly identity: Identity;
  readonly name: string;
  readonly onRemove: () => Promise<void>;
}

function IdentityItem({ identity: { id, email, linkedAt, lastUsedAt }, name, onRemove }: IdentityItemProps): JSX.Element {
  return (
    <li class="item">
      <Icon name="key" />
      <div class="item-text">
        <b>{name}</b>
        <span class="muted">{email !== null && `${email} · `}used {ago(lastUsedAt)} · since {date(linkedAt)}</span>
      </div>
      <ConfirmButton
        action="Remove"
        label={`Remove the link: ${name}${email === null ? '' : `, ${email}`}`}
        question="You can no longer log in with this external account."
        work={async () => {
          await client.removeIdentity({ id });
          await onRemove();
        }}
      />
    </li>
  );
}

function nameOf(providers: readonly ExternalProvider[], id: string): string {
  return providers.find((provider) => provider.id === id)?.name ?? id;
}

/** The provider that was just linked. Removed from the address, so that a reload does not show it again. */
function takeLinked(): string | null {
  const linked = new URLSearchParams(location.search).get('linked');
  if (linked !== null) history.replaceState(null, '', location.pathname);
  return linked;
}
