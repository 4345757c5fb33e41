/** A part of a list that begins with the greatest id: at most `limit` rows, of those whose id is smaller than `beforeId`. */
export interface Page {
  readonly limit: number;
  readonly beforeId?: string | undefined;
}
