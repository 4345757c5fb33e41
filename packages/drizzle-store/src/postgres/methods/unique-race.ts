import { DatabaseFault, UNIQUE_VIOLATION } from '../connection/faults.js';
import { StoreError } from '../../errors.js';

/**
 * For a write after its unique values were found to be free. If another transaction has committed one of them since, this is a
 * conflict: the transaction runs again and finds the value taken.
 */
export async function orConflict<T>(write: Promise<T>): Promise<T> {
  try {
    return await write;
  } catch (error) {
    if (error instanceof StoreError && error.code === UNIQUE_VIOLATION) throw new DatabaseFault('conflict', error.code);
    throw error;
  }
}
