import { asciiHeader } from './ascii.ts';
import { escapeHtml, htmlAnswer } from './html.ts';
import type { HubAnswer } from './hub-answer.ts';
import { jsonAnswer, textAnswer, textBody } from './hub-answer.ts';
import type { Refusal } from './refusal.ts';

/** Kinds of routes, by how their errors are worded: JSON, plain text, a page; git shows plain text, git-lfs JSON of its own. */
export type Place = 'api' | 'file' | 'page' | 'git' | 'lfs';

/** Otherwise git never asks for a password. */
const GIT_CHALLENGE = {
  'WWW-Authenticate':
    'Basic realm="Modelkeep: any user name, and your token as the password", charset="UTF-8"',
};

/** Whether clients there are git's. */
export function isGitPlace(place: Place): boolean {
  return place === 'git' || place === 'lfs';
}

/** A refusal in the words of the place it comes from. */
export function errorAnswer(refusal: Refusal, place: Place): HubAnswer {
  const { status, message, code } = refusal;
  const headers = {
    'X-Modelkeep-Cache': status === 404 ? 'hit' : 'miss',
    'Cache-Control': 'no-store',
    ...(code === undefined ? {} : { 'X-Error-Code': code }),
    'X-Error-Message': asciiHeader(message),
    ...refusal.headers,
    ...(status === 401 && isGitPlace(place) ? GIT_CHALLENGE : {}),
  };
  const said = refusal.advice ?? message;
  if (place === 'api') return jsonAnswer({ error: said }, headers, status);
  if (place === 'lfs') {
    return textBody(
      status,
      'application/vnd.git-lfs+json',
      JSON.stringify({ message: said }),
      headers,
    );
  }
  if (place === 'file' || place === 'git') return textAnswer(said, headers, status);
  return htmlAnswer(`${status}`, `<h1>${status}</h1><p>${escapeHtml(said)}</p>`, headers, status);
}
