import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Reply } from '../http/reply.ts';
import { pause } from './pacer.ts';

const STEPS = 20;

/** Headers of every answer: CORS, and what the Hub always says. */
const ALWAYS: Readonly<Record<string, string>> = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers':
    'X-Repo-Commit,X-Request-Id,X-Error-Code,X-Error-Message,X-Total-Count,ETag,Link,Accept-Ranges,' +
    'Content-Range,X-Linked-Size,X-Linked-ETag,X-Xet-Hash',
};

let requestIds = 0;

function allHeaders(reply: Reply): Record<string, string> {
  requestIds += 1;
  const id = `Root=1-${requestIds.toString(16).padStart(8, '0')}`;
  return { ...ALWAYS, 'X-Request-Id': id, ...reply.headers };
}

/** Writes the head of an answer. */
export function writeHead(response: ServerResponse, reply: Reply): void {
  response.writeHead(reply.status, allHeaders(reply));
}

/** Lets the head trickle in by hand; the body must then go to the socket, which is closed after it. */
export async function trickleHead(
  response: ServerResponse,
  reply: Reply,
  ms: number,
  signal: AbortSignal,
): Promise<void> {
  const lines = Object.entries(allHeaders(reply)).map(([name, value]) => `${name}: ${value}\r\n`);
  const status = `HTTP/1.1 ${reply.status} ${STATUS_CODES[reply.status] ?? ''}\r\n`;
  const head = `${status}${lines.join('')}Connection: close\r\n\r\n`;
  const step = Math.ceil(head.length / STEPS);
  for (let at = 0; at < head.length && !signal.aborted; at += step) {
    response.socket?.write(head.slice(at, at + step), 'latin1');
    await pause(ms / STEPS, signal);
  }
}
