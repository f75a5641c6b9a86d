const HUB_TOKEN = /\bhf_[A-Za-z0-9]{6,}/g;
const AUTHORIZATION = /\b(bearer|basic|token)\s+[A-Za-z0-9._~+/=-]{6,}/gi;
const URL_QUERY = /(\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s"'<>?#]*)[?#][^\s"'<>]*/gi;
const URL_USER = /(\b[a-z][a-z0-9+.-]{1,20}:\/\/)[^\s"'<>/@]*@/gi;
const SIGNATURE =
  /\b((?:x-amz-[a-z-]+|signature|policy|key-pair-id|sig|access_token|token|expires)=)[^\s"'<>&]+/gi;

/** `text` without tokens, credentials and the queries of URLs. `secrets` are taken out wherever they stand. */
export function redact(text: string, secrets: readonly string[] = []): string {
  let clean = text;
  for (const secret of secrets) {
    if (secret !== '') clean = clean.replaceAll(secret, '***');
  }
  return clean
    .replace(URL_USER, '$1')
    .replace(URL_QUERY, '$1')
    .replace(HUB_TOKEN, '***')
    .replace(AUTHORIZATION, '$1 ***')
    .replace(SIGNATURE, '$1***');
}
