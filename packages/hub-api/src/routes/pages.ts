import type { ServedRevision } from '@modelkeep/core';
import { isModelkeepError } from '@modelkeep/core/spi';
import type { Call } from '../call.ts';
import { keepingHeaders, originHeaders } from '../http/cache-headers.ts';
import { escapeHtml, htmlAnswer } from '../http/html.ts';
import type { HubAnswer } from '../http/hub-answer.ts';
import { entryNotFound } from '../http/refusal.ts';
import { folderIndex } from '../listing/git-trees.ts';
import { redirectTo, renamedTo } from '../routing/rename.ts';
import { boundRevision } from './bind.ts';

const LONGEST_README = 512 * 1024;

/** `GET /`: for a person who tries the address in a browser. */
export function homeRoute({ baseUrl }: Call): HubAnswer {
  const lines = `<h1>Modelkeep</h1><p>Models of the Hugging Face Hub, kept here. Tools find them with:</p><pre>export HF_ENDPOINT=${escapeHtml(baseUrl)}</pre>`;
  return htmlAnswer('Modelkeep', lines, { 'X-Modelkeep-Cache': 'hit' });
}

/** `GET /{id}` and `GET /{id}/tree/{rev}[/{path}]`: the files of a folder, and the README beside them. */
export async function pageRoute(call: Call): Promise<HubAnswer> {
  const { served, location } = await boundRevision(call);
  const renamed = renamedTo(call, served.modelId);
  if (renamed !== undefined) return redirectTo(call, renamed);
  const headers = { ...keepingHeaders(location.revision), ...originHeaders(served) };
  const index = folderIndex(served.files);
  if (!index.treeIds.has(location.path)) {
    throw entryNotFound(served.commit, `${served.modelId} has no folder ${location.path}`, headers);
  }
  const start = location.path === '' ? '' : `${location.path}/`;
  const link = (verb: string, path: string): string =>
    linkTo(call, served, location.revision, verb, path);
  const inHere = (path: string): boolean =>
    path !== '' && path.startsWith(start) && !path.includes('/', start.length);
  const folders = [...index.treeIds.keys()]
    .filter(inHere)
    .map((path) => row(link('tree', path), `${path.slice(start.length)}/`, ''));
  const files = served.files
    .filter(({ path }) => inHere(path))
    .map(({ path, size }) =>
      row(link('resolve', path), path.slice(start.length), formatSize(size)),
    );
  const readme = await readmeText(call, served, `${start}README.md`);
  const title = `${served.modelId}${start === '' ? '' : `/${location.path}`}`;
  const body = `<h1>${escapeHtml(title)}</h1><p>${escapeHtml(location.revision)} at ${served.commit}</p><table>${[...folders, ...files].join('')}</table>${readme === undefined ? '' : `<h2>README.md</h2><pre>${escapeHtml(readme)}</pre>`}`;
  return htmlAnswer(title, body, { 'X-Repo-Commit': served.commit, ...headers });
}

/** `GET /{id}/blob/{rev}/{path}`: links on the Hub's pages lead here. */
export function blobPageRoute(call: Call): HubAnswer {
  const { address, basePath } = call;
  const names = [...call.modelId.split('/'), 'resolve', ...address.rest.map(({ text }) => text)];
  const location = `${basePath}/${names.map(encodeURIComponent).join('/')}`;
  const headers = { Location: location, 'Content-Length': '0', 'X-Modelkeep-Cache': 'hit' };
  return { status: 307, headers };
}

function linkTo(
  { basePath }: Call,
  { modelId }: ServedRevision,
  revision: string,
  verb: string,
  path: string,
): string {
  const names = path.split('/').map(encodeURIComponent).join('/');
  return `${basePath}/${modelId}/${verb}/${encodeURIComponent(revision)}/${names}`;
}

function row(href: string, name: string, size: string): string {
  return `<tr><td><a href="${escapeHtml(href)}">${escapeHtml(name)}</a></td><td>${size}</td></tr>`;
}

function formatSize(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  for (; value >= 1000 && unit < units.length - 1; unit += 1) value /= 1000;
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}

/** Nothing if there is none, or if it cannot be had now: the list of files is worth showing without. */
async function readmeText(
  call: Call,
  served: ServedRevision,
  path: string,
): Promise<string | undefined> {
  const known = folderIndex(served.files).files.get(path);
  if (known === undefined || known.size > LONGEST_README || call.request.method === 'HEAD') {
    return undefined;
  }
  const { view } = call.options;
  try {
    const file = await view.file(served.modelId, served.commit, path, call.callOptions);
    const parts: Uint8Array[] = [];
    for await (const part of file.open()) parts.push(Uint8Array.from(part));
    return Buffer.concat(parts).toString('utf8');
  } catch (error) {
    if (isModelkeepError(error)) return undefined;
    throw error;
  }
}
