import type { OpenedModel } from '@modelkeep/core';
import { ModelkeepError } from '@modelkeep/core/spi';
import { parse } from 'yaml';

const MOST_BYTES = 1024 * 1024;
const FRONT_MATTER = /^\uFEFF?---[ \t]*\r?\n([\s\S]*?\n)?---[ \t]*(?:\r?\n|$)/;

/** The README of a model, as its maker wrote it: a stranger's text. */
export interface ModelCard {
  /** Markdown, without the front matter. */
  readonly text: string;
  /** Null where there is none, or none that could be read. */
  readonly frontMatter: Readonly<Record<string, unknown>> | null;
  /** Whether the text is longer than what is given of it. */
  readonly truncated: boolean;
}

/** Fails with `file-not-found` if there is no README.md. */
export async function readCard(model: OpenedModel): Promise<ModelCard> {
  const file = model.files.find(({ path }) => path.toLowerCase() === 'readme.md');
  if (file?.digest === undefined) {
    throw new ModelkeepError('file-not-found', `${model.key} has no README.md`);
  }
  const chunks: Uint8Array[] = [];
  const end = Math.min(file.size, MOST_BYTES);
  for await (const chunk of model.content(file.digest).open({ start: 0, end })) chunks.push(chunk);
  const whole = new TextDecoder().decode(Buffer.concat(chunks));
  const [matter = '', yaml] = FRONT_MATTER.exec(whole) ?? [];
  return {
    text: whole.slice(matter.length),
    frontMatter: yaml === undefined ? null : readFrontMatter(yaml),
    truncated: file.size > MOST_BYTES,
  };
}

function readFrontMatter(yaml: string): ModelCard['frontMatter'] {
  try {
    const value: unknown = parse(yaml, { schema: 'core', uniqueKeys: false, logLevel: 'silent' });
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : null;
  } catch {
    // Whatever is wrong with it, the card is still worth reading.
    return null;
  }
}
