import { ModelkeepError } from '@modelkeep/core/spi';
import type { ModelkeepServer } from '@modelkeep/server';
import { expect, it } from 'vitest';
import { runCommand } from '../../test/run-command.ts';
import type { OpenServerOptions } from '../host.ts';
import type { StoreFacts } from '../store-facts.ts';

const IN_HOME: StoreFacts = {
  storage: { backend: 'local', directory: '/home' },
  metadata: { backend: 'sqlite', file: '/home/index.db' },
};

interface Served {
  readonly opened: OpenServerOptions[];
  readonly done: string[];
  open(options: OpenServerOptions): Promise<{
    server: ModelkeepServer;
    home: string;
    store: StoreFacts;
    hasPage: boolean;
    close(): Promise<void>;
  }>;
}

interface Facts {
  readonly store?: StoreFacts;
  readonly hasPage?: boolean;
  readonly hasUsers?: boolean;
  readonly url?: string;
  readonly isTTY?: boolean;
}

function fakeServer(
  onListen: () => void,
  { hasPage = true, hasUsers = false, url = 'http://127.0.0.1:8080', store = IN_HOME }: Facts = {},
): Served {
  const opened: OpenServerOptions[] = [];
  const done: string[] = [];
  const note = (what: string): Promise<void> => {
    done.push(what);
    return Promise.resolve();
  };
  const server = {
    users: { any: () => Promise.resolve(hasUsers) },
    listen: () => {
      onListen();
      return Promise.resolve(url);
    },
    issueSignInCode: () => Promise.resolve('CODE'),
    stop: () => note('stop'),
  } as unknown as ModelkeepServer;
  return {
    opened,
    done,
    open: (options) => {
      opened.push(options);
      return Promise.resolve({ server, home: '/home', store, hasPage, close: () => note('close') });
    },
  };
}

it('serves until it is interrupted, which is no failure', async () => {
  const interrupt = new AbortController();
  const served = fakeServer(() => setImmediate(() => interrupt.abort()));
  const { status, stdout } = await runCommand(['serve', '--port', '9', '--offline'], {
    openServer: served.open,
    signal: interrupt.signal,
  });
  expect(status).toBe(0);
  expect(stdout).toContain('HF_ENDPOINT=http://127.0.0.1:8080');
  expect(stdout).toContain('There are no users');
  expect(served.opened).toMatchObject([{ port: 9, offline: true, insecure: false }]);
  expect(served.done).toEqual(['stop', 'stop', 'close']);
});

it('tells a program its address as JSON', async () => {
  const interrupt = new AbortController();
  const served = fakeServer(() => setImmediate(() => interrupt.abort()));
  const { stdout } = await runCommand(['serve', '--json'], {
    openServer: served.open,
    signal: interrupt.signal,
  });
  expect(JSON.parse(stdout)).toEqual({
    url: 'http://127.0.0.1:8080',
    home: '/home',
    ...IN_HOME,
    admin: 'http://127.0.0.1:8080/-/',
  });
});

const SHARED: StoreFacts = {
  storage: { backend: 's3', bucket: 'models', prefix: 'team', endpoint: 'http://s3:7070' },
  metadata: { backend: 'postgres', server: 'db:5432/index' },
};

it.each([
  [[], SHARED, ['Storage: s3://models/team at http://s3:7070', 'Index: postgres at db:5432/index']],
  [[], IN_HOME, []],
  [['--quiet'], SHARED, []],
])('says with %j which bucket and which database it serves: %j', async (args, store, lines) => {
  const interrupt = new AbortController();
  const served = fakeServer(() => setImmediate(() => interrupt.abort()), { store });
  const options = { openServer: served.open, signal: interrupt.signal };
  const { stdout } = await runCommand(['serve', ...args], options);
  expect(stdout.split('\n').filter((line) => /^(Storage|Index):/.test(line))).toEqual(lines);
});

it.each([
  [[], false],
  [['--json'], true],
  [['--log', 'json'], true],
  [['--log', 'text', '--json'], false],
  [['--log', 'none'], undefined],
  [['--quiet'], undefined],
])('logs requests as %j says', async (args, json) => {
  const interrupt = new AbortController();
  const served = fakeServer(() => setImmediate(() => interrupt.abort()));
  const options = { openServer: served.open, signal: interrupt.signal };
  await runCommand(['serve', ...args], options);
  const [opened] = served.opened;
  expect(opened?.accessLog?.json).toBe(json);
});

it('writes errors in the form of the log, and a link that signs in to no log', async () => {
  const interrupt = new AbortController();
  const served = fakeServer(() => setImmediate(() => interrupt.abort()), { hasUsers: true });
  const open: typeof served.open = (options) => {
    options.onError(new Error('disk is gone'));
    return served.open(options);
  };
  const { stdout, stderr } = await runCommand(['serve', '--log', 'json'], {
    openServer: open,
    signal: interrupt.signal,
  });
  const lines = stderr.trim().split('\n');
  expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
    { error: { message: 'disk is gone' } },
    { message: expect.stringContaining('stopping') },
  ]);
  expect(stdout).not.toContain('CODE');
});

it('tells its start to a log of JSON as one line, without a link that signs in', async () => {
  const interrupt = new AbortController();
  const served = fakeServer(() => setImmediate(() => interrupt.abort()), { hasUsers: true });
  const { stdout } = await runCommand(['serve', '--log=json'], {
    openServer: served.open,
    signal: interrupt.signal,
    terminal: { stdout: true },
  });
  expect(stdout.split('\n')).toEqual([expect.any(String), '']);
  expect(JSON.parse(stdout)).toEqual({
    url: 'http://127.0.0.1:8080',
    home: '/home',
    ...IN_HOME,
    admin: 'http://127.0.0.1:8080/-/',
  });
});

it.each([[['--log', 'json']], [['--log=json']]])(
  'says with %j as an object why it does not start',
  async (args) => {
    const { status, stderr } = await runCommand(['serve', ...args], {
      openServer: () =>
        Promise.reject(new ModelkeepError('storage-failed', 'the database is away')),
    });
    expect(status).not.toBe(0);
    expect(JSON.parse(stderr)).toMatchObject({ error: { message: 'the database is away' } });
  },
);

it.each([
  [{}, 'Admin page: http://127.0.0.1:8080/-/\n'],
  [{ hasUsers: true, isTTY: true }, 'within 15 minutes: http://127.0.0.1:8080/-/sign-in#CODE\n'],
  [{ hasUsers: true }, 'Admin page: http://127.0.0.1:8080/-/\n'],
  [
    { url: 'https://models.example/hub', isTTY: true },
    ': https://models.example/hub/-/sign-in#CODE\n',
  ],
  [{ hasPage: false, hasUsers: true }, 'The admin page is not installed'],
])('says where the admin page opens: %j', async (facts: Facts, line) => {
  const interrupt = new AbortController();
  const served = fakeServer(() => setImmediate(() => interrupt.abort()), facts);
  const { stdout } = await runCommand(['serve'], {
    openServer: served.open,
    signal: interrupt.signal,
    terminal: { stdout: facts.isTTY ?? false },
  });
  expect(stdout).toContain(line);
});

it('refuses a port that is none', async () => {
  for (const port of ['http', '65536', '-1', '1e3']) {
    expect((await runCommand(['serve', `--port=${port}`])).status).toBe(2);
  }
});
