import type { ModelSource } from '@modelkeep/core/spi';
import { createHttpClient, type HttpClientOptions } from '@modelkeep/http-client';
import { defaultEndpoint, defaultToken } from './default-settings.ts';
import { describeModel } from './describe-model.ts';
import { FileTargets } from './file-targets.ts';
import { forwardRequest } from './forward-request.ts';
import { hubAddress } from './hub-address.ts';
import type { HubContext } from './hub-context.ts';
import { listModelFiles } from './list-model-files.ts';
import { listModelRevisions } from './list-model-revisions.ts';
import { openFile } from './open-file.ts';
import { resolveModel } from './resolve-model.ts';

export interface HubSourceOptions extends Omit<HttpClientOptions, 'origin' | 'accessToken'> {
  /** Name of the connection, for people and messages. Default: `huggingface`. */
  readonly name?: string;
  /** Address of the Hub or of a mirror, perhaps with a path prefix. Default: `HF_ENDPOINT`, else `https://huggingface.co`. */
  readonly endpoint?: string;
  /**
   * Access token; an empty string for none. Default, for the default endpoint only: `HF_TOKEN`, else the file
   * `HF_TOKEN_PATH` or `$HF_HOME/token`.
   */
  readonly accessToken?: string | (() => string | undefined) | undefined;
}

/** A source that speaks the Hugging Face Hub's protocol. Reads and connects nothing before the first call. */
export function hubSource(options: HubSourceOptions = {}): ModelSource {
  const { name = 'huggingface', endpoint: asked, accessToken, ...transport } = options;
  const standard = defaultEndpoint();
  const address = hubAddress(asked ?? standard);
  const isStandard = asked === undefined || address.endpoint === hubAddress(standard).endpoint;
  const token = tokenReader(accessToken ?? (isStandard ? defaultToken : ''));
  const http = createHttpClient({ ...transport, origin: address.endpoint, accessToken: token });
  const context: HubContext = { http, address, name, token };
  const targets = new FileTargets();
  return {
    specificationVersion: 'v1',
    name,
    endpoint: address.endpoint,
    resolve: (modelId, revision, call) => resolveModel(context, modelId, revision, call?.signal),
    listFiles: (modelId, commit, call) => listModelFiles(context, modelId, commit, call?.signal),
    open: (modelId, commit, file, call = {}) =>
      openFile(context, targets, { modelId, commit, file }, call),
    close: () => http.close(),
    describe: (modelId, revision, call) => describeModel(context, modelId, revision, call),
    forward: (request, call) => forwardRequest(context, request, call?.signal),
    listRevisions: (modelId, call) => listModelRevisions(context, modelId, call?.signal),
  };
}

/** A function is asked each time, as it may rotate the token; the default is looked up once. */
function tokenReader(token: string | (() => string | undefined)): () => string | undefined {
  if (typeof token === 'string') return () => (token === '' ? undefined : token);
  if (token !== defaultToken) return () => token() || undefined;
  let found: { readonly token: string | undefined } | undefined;
  return () => {
    found ??= { token: defaultToken() };
    return found.token;
  };
}
