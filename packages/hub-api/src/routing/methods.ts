import { Refusal } from '../http/refusal.ts';
import type { Route } from './read-address.ts';

export const READ_ONLY: string =
  'This is a Modelkeep cache: models are read from it, and nothing is uploaded, changed or deleted through it. Unset HF_ENDPOINT to write to the Hub itself';
const READS = ['GET', 'HEAD', 'OPTIONS'];
const OTHERS: Partial<Record<Route, readonly string[]>> = {
  'paths-info': ['POST', 'OPTIONS'],
  telemetry: ['GET', 'HEAD', 'POST', 'OPTIONS'],
  'git-upload-pack': ['POST', 'OPTIONS'],
  'git-receive-pack': ['POST', 'OPTIONS'],
  'lfs-batch': ['POST', 'OPTIONS'],
  'lfs-other': ['GET', 'HEAD', 'POST', 'OPTIONS'],
};

/** What may be asked of a route, as `Allow` says it. */
export function allowedMethods(route: Route): string {
  return (OTHERS[route] ?? READS).join(', ');
}

/** Refuses whatever would change something. */
export function refuseMethod(method: string, route: Route): void {
  const allowed = OTHERS[route] ?? READS;
  if (allowed.includes(method)) return;
  const isWrite = ['POST', 'PUT', 'PATCH', 'DELETE'].includes(method);
  const readMessage = `${method} is not for this address: use ${allowed.join(' or ')}`;
  throw new Refusal(isWrite ? 403 : 405, isWrite ? READ_ONLY : readMessage, {
    headers: { Allow: allowed.join(', ') },
  });
}
