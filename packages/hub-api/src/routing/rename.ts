import type { Call } from '../call.ts';
import type { HubAnswer } from '../http/hub-answer.ts';
import type { Segment } from './read-target.ts';

/** What a model is called now, if that differs from what was asked in more than case. */
export function renamedTo(call: Call, modelId: string | undefined): string | undefined {
  const same = modelId === undefined || modelId.toLowerCase() === call.modelId.toLowerCase();
  return same ? undefined : modelId;
}

/** The way to the same thing under the model's new name. Without a host: clients follow no other. */
export function redirectTo(call: Call, modelId: string): HubAnswer {
  const { before, after } = call.address;
  const names = [...before.map(encoded), ...modelId.split('/'), ...after.map(encoded)];
  const query = encodeQuery(call.target.rawQuery);
  const location = `${call.basePath}/${names.join('/')}${query === '' ? '' : `?${query}`}`;
  return {
    status: 307,
    headers: { Location: location, 'Content-Length': '0', 'Cache-Control': 'private, no-cache' },
  };
}

function encoded({ raw, text }: Segment): string {
  return /^[\x21-\x7e]*$/.test(raw) ? raw : encodeURIComponent(text);
}

function encodeQuery(raw: string): string {
  return raw.replace(/[^\x21-\x7e]/g, (character) => encodeURIComponent(character));
}
