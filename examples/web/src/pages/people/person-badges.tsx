import type { JSX } from 'preact';
import type { User } from '../../client.js';
import { Badge } from '../../components/badge.js';

/** The state of a user at a glance, for administrators. */
export function PersonBadges({ user: { role, disabled, emailVerified, twoFactorEnabled } }: { readonly user: User }): JSX.Element {
  return (
    <span class="badges">
      {role === 'admin' && <Badge kind="plain">Administrator</Badge>}
      {disabled && <Badge kind="poor">Disabled</Badge>}
      {!emailVerified && <Badge kind="poor">Not confirmed</Badge>}
      {twoFactorEnabled && <Badge kind="good">Two-factor</Badge>}
    </span>
  );
}
