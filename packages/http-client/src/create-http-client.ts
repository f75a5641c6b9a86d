import { ModelkeepError } from '@modelkeep/core/spi';
import { mayReach } from './address-rules.ts';
import {
  createDispatchers,
  DEFAULT_STALL_TIMEOUT_MS,
  type Dispatchers,
  refusedAddress,
} from './dispatchers.ts';
import { exchange } from './exchange.ts';
import { fetchOver } from './fetch-adapter.ts';
import { literalReach, reachOfHost } from './host-reach.ts';
import type {
  HttpClient,
  HttpClientOptions,
  HttpHop,
  HttpRequest,
  HttpResponse,
} from './http-client.ts';
import { once } from './once.ts';
import { ReadBuffers } from './read-buffers.ts';
import { isListedHost, isRedirect, MAX_HOPS, redirectTarget } from './redirect-rules.ts';
import { type RequestHeaders, requestHeaders } from './request-headers.ts';
import { transportFailure } from './transport-error.ts';

/** Makes the transport of one connection. Nothing is read or connected before the first request. */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const own = new URL(options.origin).origin;
  const originReach = once(() => reachOfHost(new URL(own).hostname));
  const buffers = new ReadBuffers();
  const release = (chunk: Uint8Array): void => buffers.release(chunk);
  const dispatchers = once(() => createDispatchers(options, originReach, buffers));
  let closed = false;

  const request = async (target: string | URL, asked: HttpRequest = {}): Promise<HttpResponse> => {
    asked.signal?.throwIfAborted();
    if (closed) throw new ModelkeepError('source-unavailable', 'the connection was closed');
    const ways = await dispatchers();
    const first = checkedUrl(target);
    const token = tokenOf(options);
    const secrets = token === undefined ? [] : [token];
    const sent: RequestHeaders = {
      own,
      first: first.origin,
      token,
      connection: options.headers ?? {},
      asked,
    };
    const hops: HttpHop[] = [];
    const seen = new Set<string>();
    let url = first;
    let method = asked.method ?? 'GET';
    let atHome = true;
    for (;;) {
      atHome &&= url.origin === first.origin;
      seen.add(`${method} ${url.href}`);
      const answer = await exchange(await wayTo(url, ways), {
        url,
        method,
        headers: requestHeaders(sent, url, atHome),
        body: method === 'POST' ? asked.body : undefined,
        signal: asked.signal,
        unreadTimeoutMs: options.stallTimeoutMs ?? DEFAULT_STALL_TIMEOUT_MS,
        context: { host: url.host, proxy: proxyHost(options, url), secrets },
      });
      if (!isRedirect(answer.status)) {
        return {
          status: answer.status,
          headers: answer.headers,
          url: url.href,
          hops,
          body: answer.reader,
          release,
          discard: () => {
            answer.reader.discard();
          },
        };
      }
      answer.reader.discard();
      hops.push({ status: answer.status, headers: answer.headers });
      const next = redirectTarget(url, answer.headers.get('location'));
      if (method === 'POST' && answer.status <= 303) method = 'GET';
      if (hops.length > MAX_HOPS) throw refused(url, `more than ${MAX_HOPS} redirects`);
      if (seen.has(`${method} ${next.href}`)) throw refused(url, 'a redirect in a circle');
      if (method === 'POST' && next.origin !== first.origin) {
        throw refused(url, `a redirect of a POST to another host (${next.host})`);
      }
      url = next;
    }
  };

  const wayTo = async (url: URL, ways: Dispatchers): Promise<Dispatchers['own']> => {
    if (url.origin === own) return ways.own;
    if (options.allowedRedirectHosts !== undefined) {
      if (isListedHost(url, options.allowedRedirectHosts)) return ways.own;
      throw refused(url, 'the host is not in allowedRedirectHosts');
    }
    // No name is looked up for an address, nor behind a proxy.
    const literal = literalReach(url.hostname);
    if (literal !== undefined && !mayReach(await originReach(), literal)) {
      throw refusedAddress(url.host, literal);
    }
    return ways.others;
  };

  return {
    request,
    fetch: fetchOver(request),
    close: async () => {
      if (closed) return;
      closed = true;
      const ways = await dispatchers.started();
      await Promise.all([ways?.own.destroy(), ways?.others.destroy()]);
    },
  };
}

function refused(url: URL, why: string): ModelkeepError {
  return transportFailure(url.host, 'redirect', `${why}; nothing was sent there`, {
    retryable: false,
  });
}

function checkedUrl(target: string | URL): URL {
  let url: URL;
  try {
    url = new URL(target);
  } catch {
    throw new ModelkeepError('invalid-argument', 'the address to ask is not a URL');
  }
  if (!/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') {
    throw new ModelkeepError(
      'invalid-argument',
      `the address to ask (host ${url.host}) must be http or https and without a user name`,
    );
  }
  url.hash = '';
  return url;
}

function tokenOf(options: HttpClientOptions): string | undefined {
  const { accessToken } = options;
  const token = typeof accessToken === 'function' ? accessToken() : accessToken;
  if (token === undefined || token === '') return undefined;
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new ModelkeepError(
      'config-invalid',
      `the access token for ${new URL(options.origin).host} holds a space, a line end or a character outside ASCII`,
    );
  }
  return token;
}

function proxyHost(options: HttpClientOptions, url: URL): string | undefined {
  if (options.proxy === false) return undefined;
  const { env } = process;
  const http = env['http_proxy'] ?? env['HTTP_PROXY'];
  const https = env['https_proxy'] ?? env['HTTPS_PROXY'] ?? http;
  const proxy = options.proxy ?? (url.protocol === 'https:' ? https : http);
  return proxy !== undefined && URL.canParse(proxy) ? new URL(proxy).host : undefined;
}
