import { isModelkeepError, ModelkeepError } from '@modelkeep/core/spi';
import { redact } from './redact.ts';

/** Where on the way a request failed. */
export type Hop =
  | 'dns'
  | 'connect'
  | 'tls'
  | 'proxy'
  | 'timeout'
  | 'reset'
  | 'redirect'
  | 'protocol';

export interface TransportContext {
  /** Host and port that was asked. */
  readonly host: string;
  /** Host and port of the proxy, where one is set. */
  readonly proxy?: string | undefined;
  readonly secrets?: readonly string[];
}

interface SystemError {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly message?: unknown;
  readonly hostname?: unknown;
  readonly port?: unknown;
  readonly cause?: unknown;
  readonly errors?: unknown;
}

const CERTIFICATE =
  /^(CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|ERR_TLS_CERT|HOSTNAME_MISMATCH|INVALID_(CA|PURPOSE)|PATH_LENGTH|CRL_)/;
const REFUSED = /^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|EADDRNOTAVAIL|EACCES|EPERM)$/;
const LOST = /^(ECONNRESET|EPIPE|ECONNABORTED|UND_ERR_SOCKET|UND_ERR_RES_CONTENT_LENGTH_MISMATCH)$/;

const SAID: Record<Hop, string> = {
  dns: 'its name does not resolve',
  connect: 'no connection could be made',
  tls: 'the TLS handshake failed',
  proxy: 'the proxy did not let the connection through',
  timeout: 'it sent nothing for too long',
  reset: 'the connection broke',
  redirect: 'it redirected to where it must not',
  protocol: 'it does not speak HTTP as it should',
};

/** A `source-unavailable` that names the host and the hop, and holds nothing secret. */
export function transportFailure(
  host: string,
  hop: Hop,
  detail: string,
  options: { readonly cause?: unknown; readonly retryable?: boolean } = {},
): ModelkeepError {
  return new ModelkeepError('source-unavailable', `${host} failed at ${hop}: ${detail}`, {
    retryable: options.retryable ?? true,
    ...(options.cause === undefined ? {} : { cause: options.cause }),
    details: { host, hop },
  });
}

/** Maps what the transport threw. */
export function asTransportError(error: unknown, context: TransportContext): ModelkeepError {
  if (isModelkeepError(error)) return error;
  const inner = innermost(error);
  const code = typeof inner.code === 'string' ? inner.code : '';
  const text = typeof inner.message === 'string' ? inner.message : String(error);
  const hop = hopOf(code, text, inner, context.proxy);
  const host =
    hop === 'proxy' && context.proxy ? `${context.host} (proxy ${context.proxy})` : context.host;
  const reason = redact(text, context.secrets).slice(0, 200);
  const lasting = CERTIFICATE.test(code) || /\b407\b/.test(text);
  const help = CERTIFICATE.test(code)
    ? '; name the certificate authority in caFile, SSL_CERT_FILE or NODE_EXTRA_CA_CERTS'
    : '';
  const failure = transportFailure(
    host,
    hop,
    `${SAID[hop]} (${reason.includes(code) ? reason : `${code}: ${reason}`})${help}`,
    { cause: withoutSecrets(inner, reason, code), retryable: !lasting },
  );
  return failure;
}

/** The library's error may carry raw bytes or URLs in its fields: only name, code and the clean text go on. */
function withoutSecrets(error: SystemError, reason: string, code: string): Error {
  const clean = new Error(reason);
  clean.name = typeof error.name === 'string' ? error.name : 'Error';
  if (code !== '') Object.assign(clean, { code });
  return clean;
}

function innermost(error: unknown): SystemError {
  let current = (
    typeof error === 'object' && error !== null ? error : { message: String(error) }
  ) as SystemError;
  for (let depth = 0; depth < 4; depth++) {
    const errors = Array.isArray(current.errors) ? (current.errors as unknown[]) : [];
    const next = errors[0] ?? (hasMeaning(current) ? undefined : current.cause);
    if (typeof next !== 'object' || next === null) break;
    current = next as SystemError;
  }
  return current;
}

function hasMeaning(error: SystemError): boolean {
  return (
    typeof error.code === 'string' &&
    error.code !== 'UND_ERR_PRX_CONN' &&
    error.code !== 'UND_ERR_PRX_TLS'
  );
}

function hopOf(code: string, text: string, error: SystemError, proxy: string | undefined): Hop {
  if (/proxy (response|authentication|connection)/i.test(text) || code.startsWith('UND_ERR_PRX'))
    return 'proxy';
  if (proxy !== undefined && isAbout(error, proxy)) return 'proxy';
  if (code === 'ENOTFOUND' || code.startsWith('EAI_')) return 'dns';
  if (code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'ETIMEDOUT' || REFUSED.test(code))
    return 'connect';
  if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT') return 'timeout';
  if (code === 'ECONNRESET' && /before secure TLS/i.test(text)) return 'tls';
  if (CERTIFICATE.test(code) || /^(ERR_SSL|ERR_TLS|EPROTO)/.test(code)) return 'tls';
  if (LOST.test(code)) return 'reset';
  if (
    error.name === 'HTTPParserError' ||
    code === 'UND_ERR_HEADERS_OVERFLOW' ||
    code.startsWith('UND_ERR_INVALID')
  )
    return 'protocol';
  return 'reset';
}

function isAbout(error: SystemError, proxy: string): boolean {
  const [, host = proxy, port = ''] = /^(.*?):(\d+)$/.exec(proxy) ?? [];
  if (error.hostname !== undefined) return error.hostname === host;
  return error.port !== undefined && String(error.port) === port;
}
