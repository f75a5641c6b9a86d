import type { HubRequest } from './hub-request.ts';

function tags(header: string): string[] {
  return header.split(',').map((tag) => tag.trim());
}

function opaque(tag: string): string {
  return tag.replace(/^W\//, '');
}

/** Whether `If-None-Match` says that the client has this already (weak comparison). */
export function isKnown(request: HubRequest, etag: string): boolean {
  const header = request.header('if-none-match');
  return header !== undefined && tags(header).some((tag) => tag === '*' || opaque(tag) === etag);
}

/** Whether `If-Match` asks for another content (strong comparison). */
export function isOther(request: HubRequest, etag: string): boolean {
  const header = request.header('if-match');
  return header !== undefined && !tags(header).some((tag) => tag === '*' || tag === etag);
}

/** The `Range` header, unless `If-Range` names another content. */
export function effectiveRange(request: HubRequest, etag: string): string | undefined {
  const condition = request.header('if-range');
  return condition === undefined || condition.trim() === etag ? request.header('range') : undefined;
}
