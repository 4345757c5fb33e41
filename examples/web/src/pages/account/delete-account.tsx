import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { client } from '../../client.js';
import { Button } from '../../components/button.js';
import { Dialog } from '../../components/dialog.js';
import { Form } from '../../components/form.js';
import { Section } from '../../components/page.js';
import { OwnPassword } from '../../components/own-password.js';
import { withStepUp } from '../../components/step-up.js';
import { navigate } from '../../router.js';

export function DeleteAccount({ username }: { readonly username: string }): JSX.Element {
  const [isOpen, setOpen] = useState(false);
  return (
    <Section title="Delete the account" lead="Everything that is stored about you is removed. Nobody can bring it back.">
      <div class="actions"><Button kind="danger" onClick={() => setOpen(true)}>Delete…</Button></div>
      {isOpen && (
        <Dialog title="Delete the account" onClose={() => setOpen(false)}>
          <p>The account <b>{username}</b> is removed for good, with its sessions, devices and events.</p>
          <Form
            action="Delete for good"
            kind="danger"
            aside={<Button kind="quiet" onClick={() => setOpen(false)}>Keep it</Button>}
            work={async ({ password }) => {
              await withStepUp(() => client.deleteMe({ password }));
              navigate('/goodbye');
              void client.loadSession();
            }}
          >
            <OwnPassword label="Password" autofocus />
          </Form>
        </Dialog>
      )}
    </Section>
  );
}
