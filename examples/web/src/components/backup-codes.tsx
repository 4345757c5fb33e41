import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { download } from '../text/download.js';
import { Button } from './button.js';
import { CopyButton } from './copy-button.js';
import { Icon } from './icon.js';
import { Notice } from './notice.js';

const FILE_NAME = 'sallyport-backup-codes.txt';

/** Backup codes, which are shown only once. They can be copied, downloaded or printed. */
export function BackupCodes({ codes, onDone }: { readonly codes: readonly string[]; readonly onDone: () => void }): JSX.Element {
  const [isKept, setKept] = useState(false);
  const list = useRef<HTMLOListElement>(null);
  const text = ['Backup codes for Sallyport. Each works once.', '', ...codes, ''].join('\n');
  useEffect(() => list.current?.focus(), []);
  return (
    <div class="backup-codes">
      <Notice kind="warning">Keep these codes where you find them without your phone. They are shown this once, and each works once.</Notice>
      <ol class="codes" ref={list} tabIndex={-1} aria-label="Backup codes">
        {codes.map((code) => <li key={code}><code>{code}</code></li>)}
      </ol>
      <div class="row no-print">
        <CopyButton text={text} />
        <Button onClick={() => download({ name: FILE_NAME, type: 'text/plain', text })}><Icon name="download" /> Download</Button>
        <Button onClick={() => print()}><Icon name="print" /> Print</Button>
      </div>
      <label class="check no-print"><input type="checkbox" checked={isKept} onChange={(event) => setKept(event.currentTarget.checked)} /> I have kept the codes in a safe place</label>
      <div class="actions no-print"><Button kind="primary" isDisabled={!isKept} onClick={onDone}>Done</Button></div>
    </div>
  );
}
