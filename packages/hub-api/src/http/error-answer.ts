import { asciiHeader } from './ascii.ts';
import { escapeHtml, htmlAnswer } from './html.ts';
import type { HubAnswer } from './hub-answer.ts';
import { jsonAnswer, textAnswer } from './hub-answer.ts';
import type { Refusal } from './refusal.ts';

/** Kinds of routes, by how their errors are worded: JSON, plain text, a page. */
export type Place = 'api' | 'file' | 'page';

/** A refusal in the words of the place it comes from. */
export function errorAnswer(refusal: Refusal, place: Place): HubAnswer {
  const { status, message, code } = refusal;
  const headers = {
    'X-Modelkeep-Cache': status === 404 ? 'hit' : 'miss',
    'Cache-Control': 'no-store',
    ...(code === undefined ? {} : { 'X-Error-Code': code }),
    'X-Error-Message': asciiHeader(message),
    ...refusal.headers,
  };
  const said = refusal.advice ?? message;
  if (place === 'api') return jsonAnswer({ error: said }, headers, status);
  if (place === 'file') return textAnswer(said, headers, status);
  return htmlAnswer(`${status}`, `<h1>${status}</h1><p>${escapeHtml(said)}</p>`, headers, status);
}
