import type { EventRecord } from '../ports/store/events.js';
import type { EventShapes } from './event-shapes.js';

/** docs/events.md says what each type means. */
export type AuthEventType = keyof EventShapes;

/** An event of the audit trail, of this type. `at` is milliseconds since the epoch. */
export type AuthEventOf<Type extends AuthEventType> = Omit<EventRecord, 'type' | 'outcome' | 'detail'> & {
  readonly type: Type;
} & EventShapes[Type];

/** An event of the audit trail. `type` determines the possible `outcome` and `detail`. */
export type AuthEvent = { [Type in AuthEventType]: AuthEventOf<Type> }[AuthEventType];

/** The user, the actor and the session of an event. Omitted fields are `null`; the actor defaults to the user. */
export type EventSubject = Partial<Pick<EventRecord, 'userId' | 'actorId' | 'sessionId'>>;

/** An event of this type as a use-case passes it; id, time and client are added when it is written. */
export type NewEventOf<Type extends AuthEventType> = EventSubject & { readonly type: Type } & NewEventDetail<EventShapes[Type]>;

export type NewEvent = { [Type in AuthEventType]: NewEventOf<Type> }[AuthEventType];

/** `detail` may be omitted if its type allows `null`. */
type NewEventDetail<Shape> = Shape extends { readonly outcome: infer Outcome; readonly detail: infer Detail }
  ? { readonly outcome: Outcome } & (null extends Detail ? { readonly detail?: Detail } : { readonly detail: Detail })
  : never;
