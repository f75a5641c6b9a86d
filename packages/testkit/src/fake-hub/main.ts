#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { ModelkeepError } from '@modelkeep/core/spi';
import type { FileInput } from './content/file-input.ts';
import { startControl } from './control/start-control.ts';
import { startFakeHub } from './start-fake-hub.ts';

const HELP = `modelkeep-fake-hub: a Hub on this machine, for tests and measurements

  --model ID=FOLDER          serve the files of a folder
  --generated ID:PATH:SIZE   serve a made-up file; SIZE in bytes, or with K, M or G (powers of 1024)
  --small-files ID:COUNT:SIZE  serve COUNT made-up files that git keeps itself
  --bandwidth SIZE           body bytes per second on each connection
  --latency MS               wait before each answer
  --port N --cdn-port N --control-port N --host ADDRESS --prefix /PATH --xet
  --token TOKEN              a token that opens every model
  --end-with-input           stop when standard input ends, as it does when the parent dies

Prints one line of JSON, {"url","cdnUrl","controlUrl","commits"}, and serves until it is stopped.
`;

const UNITS: Readonly<Record<string, number>> = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

function bytes(text: string): number {
  const match = /^(\d+(?:\.\d+)?)([kmg]?)$/i.exec(text);
  if (match === null) {
    throw new ModelkeepError(
      'invalid-argument',
      `${text} is not a size: write 1048576, 512K, 8M or 1G.`,
    );
  }
  return Math.floor(Number(match[1]) * (UNITS[(match[2] ?? '').toLowerCase()] ?? 1));
}

function parts(text: string, separator: string, count: number): string[] {
  const fields = text.split(separator);
  if (fields.length === count) return fields;
  throw new ModelkeepError(
    'invalid-argument',
    `${text} does not have ${count} parts set apart by "${separator}".`,
  );
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      model: { type: 'string', multiple: true, default: [] },
      generated: { type: 'string', multiple: true, default: [] },
      'small-files': { type: 'string', multiple: true, default: [] },
      token: { type: 'string', multiple: true, default: [] },
      bandwidth: { type: 'string' },
      latency: { type: 'string', default: '0' },
      host: { type: 'string', default: '127.0.0.1' },
      port: { type: 'string', default: '0' },
      'cdn-port': { type: 'string', default: '0' },
      'control-port': { type: 'string', default: '0' },
      prefix: { type: 'string', default: '' },
      xet: { type: 'boolean', default: false },
      'end-with-input': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const hub = await startFakeHub({
    host: values.host,
    port: Number(values.port),
    cdnPort: Number(values['cdn-port']),
    prefix: values.prefix,
    xet: values.xet,
    latencyMs: Number(values.latency),
    ...(values.bandwidth === undefined ? {} : { bytesPerSecond: bytes(values.bandwidth) }),
  });
  for (const token of values.token) hub.addToken(token, { grants: '*' });
  const commits: Record<string, string> = {};
  for (const model of values.model) {
    const [id = '', folder = ''] = parts(model, '=', 2);
    commits[id] = await hub.addModelFromFolder(id, folder);
  }
  for (const [id, files] of madeUp(values.generated, values['small-files'])) {
    commits[id] = await hub.addModel({ id, files });
  }
  const control = await startControl(hub, values.host, Number(values['control-port']));
  const line = { url: hub.url, cdnUrl: hub.cdn.url, controlUrl: control.url, commits };
  process.stdout.write(`${JSON.stringify(line)}\n`);
  if (values['end-with-input']) process.stdin.resume().once('end', () => process.exit(0));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(0));
}

function madeUp(
  generated: readonly string[],
  smallFiles: readonly string[],
): Map<string, Record<string, FileInput>> {
  const models = new Map<string, Record<string, FileInput>>();
  const put = (id: string, path: string, size: number): void => {
    const files = models.get(id) ?? {};
    files[path] = { generated: { size, seed: `${id}/${path}` } };
    models.set(id, files);
  };
  for (const text of generated) {
    const [id = '', path = '', size = ''] = parts(text, ':', 3);
    put(id, path, bytes(size));
  }
  for (const text of smallFiles) {
    const [id = '', count = '', size = ''] = parts(text, ':', 3);
    for (let n = 0; n < Number(count); n += 1) {
      const name = String(n).padStart(5, '0');
      put(id, `files/${name.slice(0, 3)}/${name}.dat`, bytes(size));
    }
  }
  return models;
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
