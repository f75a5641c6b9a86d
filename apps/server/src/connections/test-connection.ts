import { isModelkeepError, type ModelSource, type RemoteFile } from '@modelkeep/core/spi';

/** The way to the bytes of a model, in the order in which it is gone. */
export const HOPS = ['dns', 'tcp', 'proxy', 'tls', 'hub', 'token', 'grant', 'cdn'] as const;

export type HopName = (typeof HOPS)[number];

export interface HopFinding {
  readonly hop: HopName;
  readonly state: 'ok' | 'failed' | 'skipped';
  readonly message: string;
}

/** What a test of a connection found. */
export interface ConnectionTest {
  readonly ok: boolean;
  readonly code: string | null;
  readonly message: string;
  readonly durationMs: number;
  readonly failedHop: HopName | null;
  readonly hops: readonly HopFinding[];
}

const TEST_MS = 20_000;

/** Hops as an error's details name them. */
const BY_DETAIL: Readonly<Record<string, HopName>> = {
  dns: 'dns',
  connect: 'tcp',
  proxy: 'proxy',
  tls: 'tls',
};

const OK: Readonly<Record<HopName, string>> = {
  dns: 'its name resolves',
  tcp: 'it takes connections',
  proxy: 'the way there is open',
  tls: 'its certificate is trusted',
  hub: 'it answers as a Hub does',
  token: 'it accepts the access token, or asks for none',
  grant: 'the model may be read',
  cdn: 'the bytes of a file come',
};

/** Goes the way of a download as far as it leads: asks for a model, and for the first byte of its largest file. */
export async function testConnection(
  source: ModelSource,
  model: string,
  signal: AbortSignal,
): Promise<ConnectionTest> {
  const startedAt = performance.now();
  const limit = AbortSignal.any([signal, AbortSignal.timeout(TEST_MS)]);
  const durationMs = (): number => Math.round(performance.now() - startedAt);
  try {
    const { modelId, commit } = await source.resolve(model, 'main', { signal: limit });
    const files = await Array.fromAsync(source.listFiles(modelId, commit, { signal: limit }));
    await openOne(source, modelId, commit, files, limit);
    const message = `${source.endpoint} answers: ${modelId} is at ${commit.slice(0, 12)}`;
    const hops = findings(source, undefined);
    return { ok: true, code: null, message, durationMs: durationMs(), failedHop: null, hops };
  } catch (error) {
    signal.throwIfAborted();
    const message = isModelkeepError(error)
      ? error.message
      : `${source.endpoint} gave no answer in ${TEST_MS / 1000} s`;
    const code = isModelkeepError(error) ? error.code : 'source-unavailable';
    const failedHop = hopOf(error, source);
    const hops = findings(source, { hop: failedHop, message });
    // A model that is not there says nothing against the connection.
    const ok = failedHop === null;
    return { ok, code, message, durationMs: durationMs(), failedHop, hops };
  }
}

/** A large file lies where the Hub sends clients to; the connection is closed after its beginning. */
async function openOne(
  source: ModelSource,
  modelId: string,
  commit: string,
  files: readonly RemoteFile[],
  signal: AbortSignal,
): Promise<void> {
  const [largest] = files.toSorted((a, b) => b.size - a.size);
  if (largest === undefined || largest.size === 0) return;
  const { body } = await source.open(modelId, commit, largest, { start: 0, end: 1, signal });
  for await (const _ of body) return;
}

/** The hop that failed; null for an answer that is a Hub's own. */
function hopOf(error: unknown, { endpoint }: ModelSource): HopName | null {
  if (!isModelkeepError(error)) return 'hub';
  const { code, details } = error;
  if (code === 'gated') return 'grant';
  if (code === 'access-denied') return /access token/.test(error.message) ? 'token' : 'grant';
  const isAnswer = code === 'model-not-found' || code === 'revision-not-found';
  if (isAnswer || code === 'file-not-found') return null;
  const host = typeof details['host'] === 'string' ? details['host'] : undefined;
  if (host !== undefined && host !== new URL(endpoint).host && details['hop'] !== 'proxy') {
    return 'cdn';
  }
  return BY_DETAIL[String(details['hop'])] ?? 'hub';
}

function findings(
  { endpoint }: ModelSource,
  failure: { readonly hop: HopName | null; readonly message: string } | undefined,
): HopFinding[] {
  const failedAt = failure?.hop ?? null;
  const last = failedAt === null ? HOPS.length : HOPS.indexOf(failedAt);
  // A model that is not there ends the way before its bytes.
  const seen = failure !== undefined && failedAt === null ? HOPS.indexOf('grant') : last;
  return HOPS.map((hop, index): HopFinding => {
    if (hop === failedAt) return { hop, state: 'failed', message: failure?.message ?? '' };
    const isNoWay = hop === 'tls' && endpoint.startsWith('http:');
    if (index >= seen || isNoWay) {
      return { hop, state: 'skipped', message: isNoWay ? 'plain HTTP' : 'not reached' };
    }
    return { hop, state: 'ok', message: OK[hop] };
  });
}
