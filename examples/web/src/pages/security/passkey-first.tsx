import { AuthClientError } from '@sallyport/client';
import { addPasskey, usePasskey } from '@sallyport/client/passkeys';
import type { JSX } from 'preact';
import { client } from '../../client.js';
import { Form } from '../../components/form.js';
import { Section } from '../../components/page.js';
import { withStepUp } from '../../components/step-up.js';

/** Satisfies a required second factor with a passkey, existing or new, that is used in this session. */
export function PasskeyFirst(): JSX.Element {
  const prove = async (): Promise<void> => {
    await withStepUp(addUnlessThereIsOne);
    await usePasskey(client);
    await client.loadSession();
  };
  return (
    <Section title="Passkey" lead="By fingerprint, face or PIN. Your browser asks twice where it has no passkey of yours yet: to make it, and to use it.">
      <Form action="Use a passkey" work={prove} />
    </Section>
  );
}

/** Whether the server reports that the account already has a passkey, which must be used first. */
async function addUnlessThereIsOne(): Promise<void> {
  try {
    await addPasskey(client);
  } catch (error) {
    if (!(error instanceof AuthClientError) || error.requires !== 'SECOND_FACTOR') throw error;
  }
}
