import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Button } from './button.js';
import { Icon } from './icon.js';

const SHOWN_MS = 2_000;

/** Copies a text to the clipboard, and confirms it. */
export function CopyButton({ text, label = 'Copy' }: { readonly text: string; readonly label?: string }): JSX.Element {
  const [state, setState] = useState<'idle' | 'copied' | 'failed'>('idle');
  const copy = async (): Promise<void> => {
    setState(await navigator.clipboard.writeText(text).then(() => 'copied' as const, () => 'failed' as const));
    setTimeout(() => setState('idle'), SHOWN_MS);
  };
  return (
    <Button onClick={copy}>
      <Icon name={state === 'copied' ? 'check' : 'copy'} />
      <span role="status">{state === 'copied' ? 'Copied' : state === 'failed' ? 'Not allowed by the browser' : label}</span>
    </Button>
  );
}
