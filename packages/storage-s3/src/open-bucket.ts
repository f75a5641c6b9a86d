import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { getCACertificates } from 'node:tls';
import type { S3Client } from '@aws-sdk/client-s3';
import type { Bucket } from './bucket.ts';
import { Budget } from './budget.ts';
import type { Settings } from './options.ts';
import { PIECE, PieceBuffers } from './reading/piece-buffers.ts';

const CONNECT_MS = 10_000;
/** A connection without a byte for so long is given up. */
const SILENT_MS = 60_000;
const ATTEMPTS = 6;

/** Loads the SDK and makes a client. Sends nothing. */
export async function openBucket(settings: Settings): Promise<Bucket> {
  const sdk = await import('@aws-sdk/client-s3');
  const third = Math.floor(settings.memoryBytes / 3);
  return {
    sdk,
    settings,
    client: await clientOf(settings, settings.endpoint),
    memory: new Budget(settings.memoryBytes - third),
    ahead: new Budget(third),
    pieces: new PieceBuffers(PIECE, Math.floor(third / PIECE)),
  };
}

/** A client that talks to `endpoint`. */
export async function clientOf(
  settings: Settings,
  endpoint: string | undefined,
): Promise<S3Client> {
  const [{ S3Client: Client }, { DirectHandler }] = await Promise.all([
    import('@aws-sdk/client-s3'),
    import('./direct/direct-handler.ts'),
  ]);
  const { region, credentials, pathStyle = endpoint !== undefined, maxConnections } = settings;
  const named = settings.ca === undefined ? [] : [settings.ca].flat();
  const connections = { keepAlive: true, maxSockets: maxConnections };
  const trusted = named.length === 0 ? {} : { ca: [...getCACertificates('default'), ...named] };
  const defaultRegion =
    endpoint === undefined ? {} : { region: process.env['AWS_REGION'] || 'us-east-1' };
  return new Client({
    ...(region === undefined ? defaultRegion : { region }),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(credentials === undefined ? {} : { credentials }),
    forcePathStyle: pathStyle,
    maxAttempts: ATTEMPTS,
    // Checksums are ours to send, and proving what comes back is core's.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    followRegionRedirects: true,
    requestHandler: new DirectHandler(
      {
        connectionTimeout: CONNECT_MS,
        socketTimeout: SILENT_MS,
        httpAgent: new HttpAgent(connections),
        httpsAgent: new HttpsAgent({ ...connections, ...trusted }),
      },
      { connectMs: CONNECT_MS, silentMs: SILENT_MS, maxConnections, ...trusted },
    ),
  });
}
