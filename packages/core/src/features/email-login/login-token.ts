import { rowTokenFormat, type RowTokenFormat } from '../tokens/row-token.js';

/** Tokens that bind a code to the browser that asked for it. */
export const loginTokens: RowTokenFormat = rowTokenFormat({ prefix: 'sp_lt_', label: 'email-login' });
