import * as v from 'valibot';
import { isoTime } from '../../foundation/iso-time.js';
import type { Schema } from '../../foundation/parse.js';
import type { ApiKeyRecord } from '../../ports/store/api-keys.js';
import { personName } from '../accounts/schema.js';

export interface CreateApiKeyInput {
  readonly name: string;
}

export const createApiKeyInput: Schema<CreateApiKeyInput> = v.strictObject({ name: personName });

/** An API key as its owner may see it, without the key itself. Times are ISO 8601 UTC. */
export interface ApiKey {
  readonly id: string;
  readonly name: string;
  readonly createdAt: string;
}

const apiKeyData: Schema<ApiKey> = v.strictObject({ id: v.string(), name: v.string(), createdAt: v.string() });

export interface CreateApiKeyData {
  readonly apiKey: ApiKey;
  /** Shown only in this response. */
  readonly key: string;
}

export const createApiKeyData: Schema<CreateApiKeyData> = v.strictObject({ apiKey: apiKeyData, key: v.string() });

export interface ApiKeysData {
  readonly apiKeys: readonly ApiKey[];
}

export const apiKeysData: Schema<ApiKeysData> = v.strictObject({ apiKeys: v.array(apiKeyData) });

export function toApiKey({ id, name, createdAt }: ApiKeyRecord): ApiKey {
  return { id, name, createdAt: isoTime(createdAt) };
}
