import type { Context } from '../../context.js';
import type { FactorMethod } from '../../ports/store/factors.js';

/** True if the method is configured and the notifier can deliver its codes. */
export function isOffered({ settings, notifier }: Context, method: FactorMethod): boolean {
  return settings.twoFactor.methods.includes(method) && (method === 'totp' || notifier.channels.includes(method));
}
