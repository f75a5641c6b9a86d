import type { IncomingMessage } from 'node:http';

export interface Refusal {
  readonly status: number;
  readonly message: string;
}

/**
 * Refuses what Node lets through and what another server in front may read in another way: a second Host, a
 * transfer coding other than chunked, a body where there can be none.
 */
export function checkRequest(request: IncomingMessage): Refusal | undefined {
  const { rawHeaders, headers, method } = request;
  let hosts = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index];
    if (name?.length === 4 && name.toLowerCase() === 'host') hosts++;
  }
  if (hosts !== 1) return { status: 400, message: 'A request has exactly one Host header.' };
  const coding = headers['transfer-encoding'];
  if (coding !== undefined && coding.toLowerCase() !== 'chunked') {
    return { status: 501, message: 'The only transfer coding known here is chunked.' };
  }
  if (method === 'GET' || method === 'HEAD') {
    const length = headers['content-length'];
    if (coding !== undefined || (length !== undefined && length !== '0')) {
      return { status: 400, message: `A ${method} request has no body.` };
    }
  }
  return undefined;
}
