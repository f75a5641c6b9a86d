import { spawn } from 'node:child_process';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { gitEnvironment } from './git-environment.ts';

const END_OF_HEAD = '\r\n\r\n';

/** Answers a request of git by git's own server, through CGI. `path` is the path below `root`. */
export async function runGitHttpBackend(
  root: string,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { headers, method = 'GET', url = '' } = request;
  const child = spawn('git', ['http-backend'], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: {
      ...gitEnvironment(),
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: path,
      QUERY_STRING: url.split('?')[1] ?? '',
      REQUEST_METHOD: method,
      CONTENT_TYPE: headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: headers['content-encoding'] ?? '',
      GIT_PROTOCOL: String(headers['git-protocol'] ?? ''),
    },
  });
  response.on('close', () => child.kill());
  await Promise.all([
    pipeline(request, child.stdin).catch(() => undefined),
    pipeline(child.stdout, (output) => body(output, response), response),
  ]);
}

/** Sends the head that a CGI program writes first, and gives what follows it. */
async function* body(
  output: AsyncIterable<Buffer>,
  response: ServerResponse,
): AsyncGenerator<Buffer> {
  let head: Buffer | undefined = Buffer.alloc(0);
  for await (const chunk of output) {
    if (head === undefined) {
      yield chunk;
      continue;
    }
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf(END_OF_HEAD);
    if (end === -1) continue;
    writeHead(head.toString('latin1', 0, end), response);
    yield head.subarray(end + END_OF_HEAD.length);
    head = undefined;
  }
  if (head !== undefined) throw new Error('git http-backend gave no answer');
}

function writeHead(head: string, response: ServerResponse): void {
  for (const line of head.split('\r\n')) {
    const [, name = '', value = ''] = /^([^:]+): *(.*)$/.exec(line) ?? [];
    if (name.toLowerCase() === 'status') response.statusCode = Number.parseInt(value, 10);
    else response.setHeader(name, value);
  }
}
