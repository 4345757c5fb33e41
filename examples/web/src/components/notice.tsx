import type { ComponentChildren, JSX } from 'preact';
import { Icon } from './icon.js';
import type { IconName } from './icon.js';

interface NoticeProps {
  readonly kind: 'info' | 'success' | 'warning' | 'danger';
  readonly children: ComponentChildren;
  /** An action that solves the problem. */
  readonly action?: ComponentChildren;
}

const ICONS: Readonly<Record<NoticeProps['kind'], IconName>> = { info: 'info', success: 'check', warning: 'warning', danger: 'warning' };

/** A message within a page. Screen readers announce it when it appears. */
export function Notice({ kind, children, action }: NoticeProps): JSX.Element {
  return (
    <div class={`notice ${kind}`} role={kind === 'danger' ? 'alert' : 'status'} tabIndex={-1}>
      <Icon name={ICONS[kind]} />
      <div class="notice-text">{children}</div>
      {action}
    </div>
  );
}
