import type { RouteData } from '@sallyport/client';
import { removePasskey } from '@sallyport/client/passkeys';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { client } from '../../client.js';
import { Badge } from '../../components/badge.js';
import { Button } from '../../components/button.js';
import { ConfirmButton } from '../../components/confirm-button.js';
import { Dialog } from '../../components/dialog.js';
import { Field } from '../../components/field.js';
import { Form } from '../../components/form.js';
import { Icon } from '../../components/icon.js';
import { ago, date } from '../../text/format.js';

interface PasskeyItemProps {
  readonly passkey: RouteData<'passkeys'>['passkeys'][number];
  readonly onChange: () => Promise<void>;
}

/** A passkey in the list. It can be renamed and removed. */
export function PasskeyItem({ passkey: { id, name, createdAt, lastUsedAt, backedUp }, onChange }: PasskeyItemProps): JSX.Element {
  const [isRenaming, setRenaming] = useState(false);
  const close = (): void => setRenaming(false);
  return (
    <li class="item">
      <Icon name="key" />
      <div class="item-text">
        <b>{name}</b>
        <span class="muted">added {date(createdAt)} · {lastUsedAt === null ? 'not used yet' : `used ${ago(lastUsedAt)}`}</span>
      </div>
      {backedUp && <Badge kind="good">Backed up</Badge>}
      <Button onClick={() => setRenaming(true)} label={`Rename: ${name}`}>Rename</Button>
      <ConfirmButton
        action="Remove"
        label={`Remove: ${name}`}
        question="It can no longer be used to log in. Sessions that it started continue until you end them."
        work={async () => {
          await removePasskey(client, { id });
          await onChange();
        }}
      />
      {isRenaming && (
        <Dialog title="Rename the passkey" onClose={close}>
          <Form
            action="Save"
            work={async ({ name: newName = '' }) => {
              await client.renamePasskey({ id, name: newName });
              close();
              await onChange();
            }}
          >
            <Field name="name" label="Name of the passkey" autocomplete="off" value={name} required maxLength={64} autofocus />
          </Form>
        </Dialog>
      )}
    </li>
  );
}
