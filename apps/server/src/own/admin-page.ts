import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { Handled } from '../handler.ts';
import { type Answer, bodyAnswer, textAnswer } from '../http/answer.ts';
import type { ServerRequest } from '../http/server-request.ts';

/** Answers for the files of the page, and with the page itself for each of its own routes. `path` begins with `/-`. */
export type AdminPage = (
  request: ServerRequest,
  path: string,
  raw: IncomingMessage,
  response: ServerResponse,
) => Promise<Answer | Handled>;

const ROOT = '/-/';
/** The build names these by their content. */
const HASHED = 'assets/';
const HASHED_CACHE = 'public, max-age=31536000, immutable';
/** Stands in the page before all that is loaded; the server puts in where clients find it. */
const BASE = '<base href="/-/"';

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "worker-src 'self'",
  "base-uri 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

const HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy': POLICY,
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=()',
};

type Files = (request: IncomingMessage, response: ServerResponse, next: () => void) => void;

/** Serves the built page that lies in `folder`. `prefix`: path that clients put before all others. */
export function createAdminPage(folder: string, prefix: string): AdminPage {
  let opening: Promise<{ files: Files; html: string }> | undefined;
  const open = (): Promise<{ files: Files; html: string }> => {
    opening ??= openFiles(folder, prefix);
    opening.catch(() => {
      opening = undefined;
    });
    return opening;
  };
  return async ({ method, target }, path, raw, response) => {
    if (method !== 'GET' && method !== 'HEAD') {
      return textAnswer('The page only answers GET.', 405, { Allow: 'GET, HEAD' });
    }
    // The raw path of a request without a slash at its end would be relative to the wrong folder.
    if (!path.startsWith(ROOT)) {
      return { status: 308, headers: { Location: `${prefix}${ROOT}${target.slice(path.length)}` } };
    }
    const { files, html } = await open();
    const name = path.slice(ROOT.length);
    if (name !== '' && name !== 'index.html') {
      raw.url = `/${name}`;
      const { promise, resolve } = Promise.withResolvers<boolean>();
      response.once('close', () => resolve(true));
      files(raw, response, () => resolve(false));
      if (await promise) return 'handled';
    }
    if (name.startsWith(HASHED)) return textAnswer('There is no such file.', 404, HEADERS);
    const answer = bodyAnswer(html, 'text/html; charset=utf-8', 200, {
      ...HEADERS,
      'Cache-Control': 'no-cache',
    });
    return method === 'HEAD' ? { status: answer.status, headers: answer.headers } : answer;
  };
}

async function openFiles(
  folder: string,
  prefix: string,
): Promise<{ readonly files: Files; readonly html: string }> {
  const [{ default: sirv }, html] = await Promise.all([
    import('sirv'),
    readFile(join(folder, 'index.html'), 'utf8'),
  ]);
  const files = sirv(folder, {
    etag: true,
    brotli: true,
    gzip: true,
    extensions: [],
    setHeaders(response, path) {
      for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
      const isHashed = path.startsWith(`/${HASHED}`);
      response.setHeader('Cache-Control', isHashed ? HASHED_CACHE : 'no-cache');
    },
  });
  return { files, html: html.replaceAll(BASE, `<base href="${prefix}/-/"`) };
}
