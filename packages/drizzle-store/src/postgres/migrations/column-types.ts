/**
 * Texts that are compared are collated "C": byte by byte, so that ULIDs sort by age whatever the database's locale
 * is, and no update of the system's locales can damage an index.
 */
export const KEY = 'text COLLATE "C"';

export const MOMENT = 'timestamptz(3)';
