import type { ModelSource, RemoteFile } from '@modelkeep/core/spi';
import { expect, type TestContext, test } from 'vitest';
import type { KnownFile } from './fixtures.ts';

/** What the upstream is made to do from now on. Each that is not given leaves its tests out. */
export interface SourceFaults {
  /** Nobody answers: every connection is refused or reset. */
  down?(): void | Promise<void>;
  /** Every answer is a failure of the server, as 503. */
  serverError?(): void | Promise<void>;
  /** Every answer asks to wait so long, in whole seconds. */
  rateLimit?(retryAfterMs: number): void | Promise<void>;
  /** The model asks for terms to be accepted. */
  gate?(): void | Promise<void>;
  /** The model is not for us. */
  deny?(): void | Promise<void>;
  /** The connection of every file breaks after so many bytes. */
  cutBodies?(afterBytes: number): void | Promise<void>;
  /** Every file gives nothing more after so many bytes. The source must give up well within a test's time. */
  stallBodies?(afterBytes: number): void | Promise<void>;
}

/** One source to test, with an upstream that has one model. */
export interface SourceSubject {
  readonly source: ModelSource;
  /** The model that the upstream has. `files` are all files of `commit`; see {@link knownFiles}. */
  readonly model: {
    readonly modelId: string;
    /** A branch. */
    readonly revision: string;
    /** What the branch points at. */
    readonly commit: string;
    readonly files: readonly KnownFile[];
    /** Another id that the upstream takes for the model: in another case, or from before a rename. */
    readonly alias?: string;
  };
  /** Ends the upstream. Called once, after `close`. */
  destroy(): Promise<void>;
  readonly faults?: SourceFaults;
  /** Connections or bodies that the source holds open. Without it leaks are not tested. */
  openBodies?(): number | Promise<number>;
  /** The source's access token: must be in no message. */
  readonly secret?: string;
}

export interface SourceSuiteOptions {
  /** Makes a source and its upstream; called for each test. */
  create(): Promise<SourceSubject>;
  /** Milliseconds that one test may take. Default: 120,000: a busy machine may take long. */
  readonly timeoutMs?: number;
}

export interface SourceGiven extends SourceSubject {
  readonly context: TestContext;
  /** The source's own listing of the model's files. */
  list(): Promise<ReadonlyMap<string, RemoteFile>>;
  /** One file, as the source lists it, and its content. */
  file(path: string): Promise<{ readonly remote: RemoteFile; readonly content: Uint8Array }>;
  /** The largest file. */
  largest(): Promise<{ readonly remote: RemoteFile; readonly content: Uint8Array }>;
}

/** Declares a test on a source; it fails if a body is left open. */
export type SourceTest = (name: string, body: (given: SourceGiven) => Promise<void>) => void;

export function sourceTest(options: SourceSuiteOptions): SourceTest {
  return (name, body) => {
    const timeout = options.timeoutMs ?? 120_000;
    test(name, { timeout }, async (context) => {
      const subject = await options.create();
      try {
        await body(givenOf(subject, context));
        const openBodies = async (): Promise<number> => (await subject.openBodies?.()) ?? 0;
        await expect.poll(openBodies, { timeout: timeout / 4 }).toBe(0);
      } finally {
        await subject.source.close();
        await subject.destroy();
      }
    });
  };
}

function givenOf(subject: SourceSubject, context: TestContext): SourceGiven {
  const { source, model } = subject;
  const list = async (): Promise<Map<string, RemoteFile>> => {
    const files = new Map<string, RemoteFile>();
    for await (const file of source.listFiles(model.modelId, model.commit)) {
      files.set(file.path, file);
    }
    return files;
  };
  const file: SourceGiven['file'] = async (path) => {
    const remote = (await list()).get(path);
    const content = model.files.find((known) => known.path === path)?.content;
    if (remote === undefined || content === undefined) expect.fail(`${path} is not listed`);
    return { remote, content };
  };
  return {
    ...subject,
    context,
    list,
    file,
    largest: () =>
      file([...model.files].sort((a, b) => b.content.length - a.content.length)[0]?.path ?? ''),
  };
}
