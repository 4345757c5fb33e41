import type { Attributes } from '@opentelemetry/api';
import { ERRORS } from '../errors.js';
import type { DeliveryTrace, GuardTrace, RequestTrace, StoreTrace, Trace } from '../telemetry/channels.js';

// Names are those of OpenTelemetry's semantic conventions; all others begin with `sallyport.`.

const METHODS: ReadonlySet<string> = new Set(['CONNECT', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'TRACE']);

/** Clients can send any method, so unknown ones share one value. */
export function methodOf({ method }: RequestTrace | GuardTrace): string {
  return METHODS.has(method) ? method : '_OTHER';
}

export function requestAttributes(message: RequestTrace, mount: string): Attributes {
  const { route, status } = message;
  return {
    'http.request.method': methodOf(message),
    ...(route !== undefined && { 'http.route': `${mount}${route}` }),
    ...(status !== undefined && { 'http.response.status_code': status }),
  };
}

export function guardAttributes(message: GuardTrace): Attributes {
  const { status } = message;
  return {
    'http.request.method': methodOf(message),
    ...(status !== undefined && { 'http.response.status_code': status }),
  };
}

export function storeAttributes({ verb, inTransaction }: StoreTrace): Attributes {
  return { 'sallyport.store.verb': verb, 'sallyport.store.in_transaction': inTransaction };
}

export function deliveryAttributes({ kind, channel, outcome, reason }: DeliveryTrace): Attributes {
  return {
    'sallyport.message.kind': kind,
    ...(channel !== undefined && { 'sallyport.message.channel': channel }),
    ...(outcome !== undefined && { 'sallyport.delivery.outcome': outcome }),
    ...(reason !== undefined && { 'sallyport.delivery.reason': reason }),
  };
}

/** The error, also of refusals; `error.type` is only set for faults of the server, as with statuses from 500. */
export function failureAttributes({ error }: Pick<Trace, 'error'>): Attributes {
  if (error === undefined) return {};
  return { 'sallyport.error.code': error, ...(isFault(error) && { 'error.type': error }) };
}

export function isFault(error: string): boolean {
  if (error === 'AbortError') return false;
  const entry = Object.entries(ERRORS).find(([code]) => code === error)?.[1];
  return entry === undefined || entry.status >= 500;
}
