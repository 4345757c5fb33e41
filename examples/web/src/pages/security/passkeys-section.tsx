import { addPasskey, listPasskeys } from '@sallyport/client/passkeys';
import type { JSX } from 'preact';
import { client } from '../../client.js';
import { Form } from '../../components/form.js';
import { Loading, useLoaded } from '../../components/loading.js';
import { Section } from '../../components/page.js';
import { withStepUp } from '../../components/step-up.js';
import { hasPasskeys } from '../../passkeys.js';
import { PasskeyItem } from './passkey-item.js';

/** The account's passkeys. Browsers that cannot create passkeys can still list and remove them. */
export function PasskeysSection(): JSX.Element {
  const loaded = useLoaded(() => listPasskeys(client));
  const add = async (): Promise<void> => {
    await withStepUp(() => addPasskey(client));
    await loaded.reload();
  };
  return (
    <Section title="Passkeys" lead="Log in by fingerprint, face or PIN. A passkey cannot be guessed or typed into the wrong page, and needs no second step.">
      <Loading of={loaded}>
        {(passkeys) => passkeys.length > 0 && (
          <ul class="list">
            {passkeys.map((passkey) => <PasskeyItem key={passkey.id} passkey={passkey} onChange={loaded.reload} />)}
          </ul>
        )}
      </Loading>
      {hasPasskeys ? <Form action="Add a passkey" work={add} /> : <p class="muted">This browser cannot make passkeys.</p>}
    </Section>
  );
}
