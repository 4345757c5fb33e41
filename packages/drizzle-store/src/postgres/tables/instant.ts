import { customType } from 'drizzle-orm/pg-core';

/** A moment in milliseconds since the epoch, as the database reads it, whatever its `DateStyle`. */
export function toTimestamp(ms: number): string {
  // A year past 9999 has a sign in ISO 8601, which PostgreSQL does not read.
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
  // For queries of the application's; the store asks for milliseconds.
  fromDriver: (value) => new Date(value).getTime(),
});
