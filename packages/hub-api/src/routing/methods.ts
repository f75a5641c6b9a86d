import { Refusal } from '../http/refusal.ts';
import type { Route } from './read-address.ts';

const READ_ONLY =
  'This is a Modelkeep cache: models are read from it, and nothing is uploaded, changed or deleted through it. Unset HF_ENDPOINT to write to the Hub itself';
const NO_GIT = 'This cache does not speak git: use "hf download", or clone from the Hub itself.';
const READS = ['GET', 'HEAD', 'OPTIONS'];
const OTHERS: Partial<Record<Route, readonly string[]>> = {
  'paths-info': ['POST', 'OPTIONS'],
  telemetry: ['GET', 'HEAD', 'POST', 'OPTIONS'],
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
  throw new Refusal(
    isWrite ? 403 : 405,
    route === 'git' ? NO_GIT : isWrite ? READ_ONLY : readMessage,
    { headers: { Allow: allowed.join(', ') } },
  );
}

/** The answer to somebody who clones. */
export function gitRefusal(): Refusal {
  return new Refusal(404, NO_GIT);
}
