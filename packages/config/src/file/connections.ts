import { accessSync, constants } from 'node:fs';
import { DEFAULT_ENDPOINT } from '../environment.ts';
import { absolutePath } from '../paths.ts';
import { REFERENCE_FORMS } from '../reference-forms.ts';
import type { ConnectionConfig, FieldPath } from '../types.ts';
import { checkEndpoint, checkProxy, checkRemote, hasPassword } from '../urls.ts';
import type { ConnectionEntry } from './config-file.ts';
import { isReference, type ReferenceContext, type Report, resolveReference } from './references.ts';

/** Resolves what the config file says about each upstream, and reports what cannot be used. */
export function resolveConnections(
  entries: readonly ConnectionEntry[],
  context: ReferenceContext,
  report: Report,
): ConnectionConfig[] {
  const first = new Map<string, number>();
  return entries.map((entry, index) => {
    const at = (field: string): FieldPath => ['connections', index, field];
    const earlier = first.get(entry.name);
    if (earlier === undefined) first.set(entry.name, index);
    else report(at('name'), `"${entry.name}" is the name of connections[${earlier}] too`);

    const isHub = entry.type === 'hub';
    const isGit = entry.type === 'git';
    if ((isHub || isGit) && entry.options) {
      report(at('options'), `is for a package; type ${entry.type} takes none`);
    }
    const endpoint = entry.endpoint ?? (isHub ? DEFAULT_ENDPOINT : undefined);
    if (isGit && endpoint === undefined) {
      report(at('endpoint'), 'is missing: the address below which the repositories are');
    }
    const check = isGit ? checkRemote : checkEndpoint;
    const problem = endpoint === undefined ? undefined : check(endpoint);
    if (problem !== undefined) report(at('endpoint'), problem);

    return {
      name: entry.name,
      type: entry.type,
      ...(endpoint === undefined ? {} : { endpoint: endpoint.replace(/\/+$/, '') }),
      ...token(entry, context, at, report),
      models: entry.models,
      populateOnUse: entry.populateOnUse,
      ...(entry.redirects === undefined ? {} : { redirects: entry.redirects }),
      ...(entry.quota === undefined ? {} : { quotaBytes: entry.quota }),
      ...proxy(entry.proxy, context, at, report),
      ...authorities(entry.caFile, context, at, report),
      ...(entry.allowedRedirectHosts ? { allowedRedirectHosts: entry.allowedRedirectHosts } : {}),
      ...(entry.options ? { options: entry.options } : {}),
    };
  });
}

type At = (field: string) => FieldPath;

function token(
  entry: ConnectionEntry,
  context: ReferenceContext,
  at: At,
  report: Report,
): Pick<ConnectionConfig, 'token'> {
  if (entry.token === undefined) return {};
  if (!isReference(entry.token)) {
    report(
      at('token'),
      `must be ${REFERENCE_FORMS}: a token written here would be in backups, logs and version control`,
    );
    return {};
  }
  const found = resolveReference(entry.token, context);
  if ('problem' in found) {
    report(at('token'), found.problem);
    return {};
  }
  return { token: () => found.value };
}

function authorities(
  caFile: string | undefined,
  context: ReferenceContext,
  at: At,
  report: Report,
): Pick<ConnectionConfig, 'caFile'> {
  if (caFile === undefined) return {};
  const path = absolutePath(caFile, context.folder, context.env);
  if (!isReadable(path)) report(at('caFile'), `the file ${path} cannot be read`);
  return { caFile: path };
}

function proxy(
  text: string | undefined,
  context: ReferenceContext,
  at: At,
  report: Report,
): Pick<ConnectionConfig, 'proxy'> {
  if (text === undefined) return {};
  if (text === 'direct') return { proxy: false };
  if (!isReference(text) && hasPassword(text)) {
    report(at('proxy'), `must not hold a password; use ${REFERENCE_FORMS}`);
    return {};
  }
  const found = isReference(text) ? resolveReference(text, context) : { value: text };
  const problem = 'problem' in found ? found.problem : checkProxy(found.value);
  if (problem !== undefined || 'problem' in found) {
    report(at('proxy'), problem ?? '');
    return {};
  }
  return { proxy: () => found.value };
}

function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
