import { readFileSync } from 'node:fs';
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';
import { ModelkeepError } from '@modelkeep/core/spi';

export interface TrustOptions {
  readonly caFile?: string | undefined;
  readonly ca?: string | readonly string[] | undefined;
}

/**
 * TLS settings that trust Node's own certificates and those named, made once since parsing all roots takes milliseconds;
 * undefined if none are named.
 */
export function trustedCertificates(
  options: TrustOptions,
  env: NodeJS.ProcessEnv = process.env,
): SecureContext | undefined {
  const named = options.ca === undefined ? [] : [options.ca].flat();
  const files = [
    { path: env['SSL_CERT_FILE'], setting: 'SSL_CERT_FILE' },
    { path: options.caFile, setting: 'caFile' },
  ];
  for (const { path, setting } of files) {
    if (path !== undefined && path !== '') named.push(readCertificates(path, setting));
  }
  if (named.length === 0) return undefined;
  return createSecureContext({ ca: [...getCACertificates('default'), ...named] });
}

function readCertificates(path: string, setting: string): string {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new ModelkeepError(
      'config-invalid',
      `${setting}: the certificate file ${path} cannot be read; name a readable PEM file`,
      { cause },
    );
  }
  if (!text.includes('-----BEGIN')) {
    throw new ModelkeepError(
      'config-invalid',
      `${setting}: ${path} holds no PEM certificate; it must begin with -----BEGIN CERTIFICATE-----`,
    );
  }
  return text;
}
