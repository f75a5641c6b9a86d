import type { Call } from '../call.ts';
import { originHeaders } from '../http/cache-headers.ts';
import { type HubAnswer, textAnswer } from '../http/hub-answer.ts';
import { DEFAULT_REVISION } from '../routing/locate.ts';
import { forwardedOr } from '../upstream/forward.ts';

/** `GET /api/models/{id}/auth-check`: whether the files may be read. Of a gate only the source knows on which side we are. */
export async function authCheckRoute(call: Call): Promise<HubAnswer> {
  const { view } = call.options;
  const served = await view.revision(call.modelId, DEFAULT_REVISION, call.callOptions);
  const answer = textAnswer('OK', { 'Cache-Control': 'no-store', ...originHeaders(served) });
  return served.gated ? forwardedOr(call, () => answer) : answer;
}
