import { DatabaseFault, UNIQUE_VIOLATION } from '../connection/faults.js';
import { StoreError } from '../../errors.js';

/**
 * For a write whose unique values were found to be free: where somebody else has committed one of them since, it is a
 * conflict. The transaction is run again, and finds the value taken.
 */
export async function orConflict<T>(write: Promise<T>): Promise<T> {
  try {
    return await write;
  } catch (error) {
    if (error instanceof StoreError && error.code === UNIQUE_VIOLATION) throw new DatabaseFault('conflict', error.code);
    throw error;
  }
}
