import type { NodeHttpHandler } from '@smithy/node-http-handler';

type Request = Parameters<NodeHttpHandler['handle']>[0];

/** A request without a body, as it is sent. */
export function requestText({ path, query, headers }: Request): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    [value].flat().map((one) => {
      const key = encodeURIComponent(name);
      return one === null ? key : `${key}=${encodeURIComponent(one)}`;
    }),
  );
  const target = pairs.length === 0 ? path : `${path}?${pairs.join('&')}`;
  const fields = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `GET ${target} HTTP/1.1\r\n${fields.join('')}\r\n`;
}
