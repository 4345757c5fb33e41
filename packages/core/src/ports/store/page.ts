/** A part of a list in descending order of id: at most `limit` rows whose id is smaller than `beforeId`. */
export interface Page {
  readonly limit: number;
  readonly beforeId?: string | undefined;
}
