import type { Call } from '../call.ts';
import { type HubAnswer, jsonAnswer } from '../http/hub-answer.ts';
import { authenticationRequired } from '../http/refusal.ts';
import { documentId } from './model-info.ts';

/** `GET /api/whoami-v2`: the user of this cache, whoever that is on the Hub. */
export function whoamiRoute({ user, options }: Call): HubAnswer {
  if (user === undefined) {
    throw authenticationRequired(
      options.authenticate === undefined
        ? 'This cache knows no users: it serves everybody alike, without a token.'
        : 'Invalid username or password.',
    );
  }
  const { name } = user;
  return jsonAnswer(
    {
      type: 'user',
      id: documentId(name),
      name,
      fullname: name,
      email: null,
      emailVerified: false,
      canPay: false,
      isPro: false,
      periodEnd: null,
      orgs: [],
      auth: {
        type: 'access_token',
        accessToken: {
          displayName: 'modelkeep',
          role: 'read',
          createdAt: '1970-01-01T00:00:00.000Z',
        },
      },
    },
    { 'X-Modelkeep-Cache': 'hit', 'Cache-Control': 'no-store' },
  );
}
