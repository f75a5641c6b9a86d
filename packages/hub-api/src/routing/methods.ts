import { Refusal } from '../http/refusal.ts';
import type { Route } from './read-address.ts';

const READ_ONLY =
  'This is a Modelkeep cache: models are read from it, and nothing is uploaded, changed or deleted through it. Unset HF_ENDPOINT to write to the Hub itself.';
const NO_GIT = 'This cache does not speak git: use "hf download", or clone from the Hub itself.';

/** What may be asked of a route, as `Allow` says it. */
export function allowedMethods(route: Route): string {
  const posted = route === 'paths-info' || route === 'telemetry';
  return `GET, HEAD, ${posted ? 'POST, ' : ''}OPTIONS`;
}

/** Refuses whatever would change something. */
export function refuseMethod(method: string, route: Route): void {
  const allowed = allowedMethods(route);
  if (method === 'POST' ? allowed.includes('POST') : method === 'GET' || method === 'HEAD') return;
  const isWrite = ['POST', 'PUT', 'PATCH', 'DELETE'].includes(method);
  throw new Refusal(isWrite ? 403 : 405, route === 'git' ? NO_GIT : READ_ONLY, {
    headers: { Allow: allowed },
  });
}

/** The answer to somebody who clones. */
export function gitRefusal(): Refusal {
  return new Refusal(404, NO_GIT);
}
