import type { Refusal } from './refusal.ts';
import { type Reply, textReply } from './reply.ts';

/** A refusal in the shape of the place that was asked: JSON under /api, text for files, a page elsewhere. */
export function refusalReply(refusal: Refusal, place: 'api' | 'resolve' | 'page'): Reply {
  const message = refusal.message;
  const headers: Record<string, string> = {
    'X-Error-Message': message.replace(/[^\x20-\x7e]/g, '?'),
    ...refusal.headers,
  };
  if (refusal.code !== undefined) headers['X-Error-Code'] = refusal.code;
  if (place === 'api') {
    const body = JSON.stringify({ error: message });
    return textReply(refusal.status, body, 'application/json; charset=utf-8', headers);
  }
  if (place === 'resolve') return textReply(refusal.status, message, undefined, headers);
  const page = `<!DOCTYPE html><html><body><h1>${refusal.status}</h1><p>${escapeHtml(message)}</p></body></html>`;
  return textReply(refusal.status, page, 'text/html; charset=utf-8', headers);
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
