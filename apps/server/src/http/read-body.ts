import type { IncomingMessage } from 'node:http';
import { BODY_TIMEOUT_MS } from './limits.ts';

/** A small body in memory. Rejects with a `RangeError` if it is longer than `maxBytes`, and breaks off one that does not come. */
export function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const timer = setTimeout(() => request.destroy(), BODY_TIMEOUT_MS);
    const end = (finish: () => void): void => {
      clearTimeout(timer);
      request.off('data', onData);
      finish();
    };
    const onData = (chunk: Buffer): void => {
      size += chunk.byteLength;
      if (size > maxBytes) {
        end(() => reject(new RangeError(`the body is longer than ${maxBytes} bytes`)));
        request.resume();
        return;
      }
      chunks.push(chunk);
    };
    if (Number(request.headers['content-length'] ?? 0) > maxBytes) {
      end(() => reject(new RangeError(`the body is longer than ${maxBytes} bytes`)));
      return;
    }
    request.on('data', onData);
    request.once('end', () => end(() => resolve(Buffer.concat(chunks))));
    request.once('close', () => end(() => reject(new Error('the body was not sent to its end'))));
    request.once('error', (error) => end(() => reject(error)));
  });
}
