import type { Call } from '../call.ts';
import { checkRefs } from '../git/ls-refs.ts';
import { FLUSH, pktLine } from '../git/pkt-line.ts';
import { type HubAnswer, textBody } from '../http/hub-answer.ts';
import { notFound, Refusal } from '../http/refusal.ts';
import { READ_ONLY } from '../routing/methods.ts';

const CAPABILITIES = [
  'version 2',
  'agent=modelkeep',
  'ls-refs',
  'fetch=shallow filter',
  'object-format=sha1',
];
const OLD_CLIENT =
  'This cache speaks version 2 of the git protocol: use git 2.18 or newer, and leave protocol.version as it is (or at 2).';

/** `GET /{id}[.git]/info/refs`: whether the model may be read, and what may be asked. */
export async function gitRefsRoute(call: Call): Promise<HubAnswer> {
  const service = call.target.query.get('service');
  if (service === 'git-receive-pack') throw new Refusal(403, READ_ONLY);
  if (service !== 'git-upload-pack') throw notFound('This cache speaks the smart protocol only.');
  const versions = (call.request.header('git-protocol') ?? '').split(':');
  if (!versions.includes('version=2')) throw new Refusal(400, OLD_CLIENT);
  await checkRefs(call);
  const lines = [pktLine(`# service=${service}\n`), FLUSH];
  for (const line of CAPABILITIES) lines.push(pktLine(`${line}\n`));
  const body = Buffer.concat([...lines, FLUSH]).toString('latin1');
  return textBody(200, `application/x-${service}-advertisement`, body, {
    'Cache-Control': 'no-cache',
  });
}

/** `POST /{id}[.git]/git-receive-pack`. */
export function gitPushRoute(): never {
  throw new Refusal(403, READ_ONLY);
}
