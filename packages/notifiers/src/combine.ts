import { DeliveryError } from '@sallyport/core';
import type { Channel, Notifier } from '@sallyport/core';
import { orAwait, readOptions, refuse } from './settings.js';

export interface CombineOptions {
  readonly email?: Notifier | undefined;
  readonly sms?: Notifier | undefined;
}

/** Combines one notifier for each channel, such as mail by SMTP and text messages by Twilio. Throws `ConfigError`. */
export function combine(given: CombineOptions): Notifier {
  const parts = readOptions('combine', given);
  const channels = (['email', 'sms'] as const).filter((channel) => parts[channel] !== undefined);
  refuse('combine', [
    ...(channels.length === 0 ? [{ path: 'email', message: 'or sms is required' }] : []),
    ...channels
      .filter((channel) => !serves(parts[channel], channel))
      .map((channel) => ({ path: channel, message: orAwait(parts[channel], `must be a notifier for ${channel}`) })),
  ]);
  return {
    channels,
    printsMessages: channels.some((channel) => parts[channel]?.printsMessages === true),
    async send(message, options) {
      await partOf(parts, message.channel).send(message, options);
    },
  };
}

function serves(part: unknown, channel: Channel): boolean {
  const channels: unknown = Reflect.get(Object(part), 'channels');
  return Array.isArray(channels) && channels.includes(channel);
}

function partOf(parts: CombineOptions, channel: Channel): Notifier {
  const part = parts[channel];
  if (part === undefined) throw new DeliveryError(`No notifier for ${channel}`, { code: 'WRONG_CHANNEL', permanent: true });
  return part;
}
