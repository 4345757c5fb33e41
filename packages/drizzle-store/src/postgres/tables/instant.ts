import { customType } from 'drizzle-orm/pg-core';

/** A time in milliseconds since the epoch, in a form that the database reads independently of its `DateStyle`. */
export function toTimestamp(ms: number): string {
  // ISO 8601 writes years after 9999 with a sign, which PostgreSQL does not accept.
  return new Date(ms).toISOString().replace(/^\+0?/, '');
}

interface Instant {
  data: number;
  driverData: string;
}

/** A column that is `timestamptz` in the database, and milliseconds since the epoch in a record. */
export const instant: ReturnType<typeof customType<Instant>> = customType<Instant>({
  dataType: () => 'timestamp (3) with time zone',
  toDriver: toTimestamp,
  // For the application's queries. The store reads milliseconds.
  fromDriver: (value) => new Date(value).getTime(),
});
