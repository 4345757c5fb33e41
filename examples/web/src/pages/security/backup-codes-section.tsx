import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { client } from '../../client.js';
import { BackupCodes } from '../../components/backup-codes.js';
import { Dialog } from '../../components/dialog.js';
import { Form } from '../../components/form.js';
import { Section } from '../../components/page.js';
import { withStepUp } from '../../components/step-up.js';
import { plural } from '../../text/format.js';

interface BackupCodesSectionProps {
  readonly left: number;
  readonly onChange: () => Promise<void>;
}

/** The number of unused backup codes, and a way to replace all of them. */
export function BackupCodesSection({ left, onChange }: BackupCodesSectionProps): JSX.Element {
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const close = (): void => {
    setCodes(null);
    void onChange();
  };
  return (
    <Section title="Backup codes" lead={`For the day on which you do not have your phone. ${plural(left, 'code')} left.`}>
      <Form
        action="Make new codes"
        kind="primary"
        work={async () => setCodes((await withStepUp(() => client.regenerateBackupCodes())).backupCodes)}
        aside={<span class="muted">The codes that you have stop working.</span>}
      />
      {codes !== null && <Dialog title="Backup codes" onClose={close}><BackupCodes codes={codes} onDone={close} /></Dialog>}
    </Section>
  );
}
