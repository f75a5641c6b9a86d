import { open, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type GitLfsServer, startGitLfsServer } from '@modelkeep/testkit/git-lfs-server';
import { freshFolder } from '../fresh-folder.ts';
import type { Contender, Row, Scene, Stage } from '../row.ts';
import { type Command, runCommand } from '../run-command.ts';
import { launchModelkeep } from '../server/modelkeep-server.ts';
import { MODELKEEP } from '../tools.ts';

const GIB = 1024 ** 3;
const MODEL = 'bench/git';
const CDN = 50_000_000;
// As `git lfs install` leaves it.
const GIT_CONFIG = `[filter "lfs"]
\tclean = git-lfs clean -- %f
\tsmudge = git-lfs smudge -- %f
\tprocess = git-lfs filter-process
\trequired = true
`;

/** A git server with a model of one GiB, which lies on the disk as it would behind any server. */
async function gitServer(stage: Stage, bytesPerSecond?: number): Promise<GitLfsServer> {
  const weights = join(stage.folder, 'weights');
  const file = await open(weights, 'w');
  const block = Buffer.alloc(1024 ** 2);
  for (let index = 0; index < GIB / block.length; index += 1) {
    block.writeUInt32LE(index);
    await file.write(block);
  }
  await file.close();
  const server = await startGitLfsServer(bytesPerSecond === undefined ? {} : { bytesPerSecond });
  const files = { 'config.json': '{}', 'model.safetensors': { localFile: weights } };
  await server.addModel({ id: MODEL, files });
  return server;
}

async function cloning(stage: Stage, name: string, url: string): Promise<Contender> {
  const config = join(stage.folder, 'gitconfig');
  await writeFile(config, GIT_CONFIG);
  const folder = join(stage.folder, 'clone');
  return {
    name,
    ours: false,
    needs: ['git', 'git-lfs'],
    prepare: async () => {
      await freshFolder(folder);
      return {
        argv: [stage.tools.path('git'), 'clone', '--quiet', `${url}/${MODEL}`, folder],
        env: { GIT_CONFIG_GLOBAL: config, NO_PROXY: '*' },
      };
    },
    check: async () => {
      const { size } = await stat(join(folder, 'model.safetensors'));
      if (size !== GIB) throw new Error('the clone has a pointer for a file');
    },
  };
}

async function pullCommand(stage: Stage, home: string, server: GitLfsServer): Promise<Command> {
  const config = join(stage.folder, 'config.json');
  const connections = [{ name: 'git', type: 'git', endpoint: server.url }];
  await writeFile(config, JSON.stringify({ connections }));
  return {
    argv: [...MODELKEEP, 'pull', MODEL, '--config', config],
    env: { MODELKEEP_HOME: home, NO_PROXY: '*' },
  };
}

const cloneRow: Row = {
  id: 'git-clone',
  open: async (stage): Promise<Scene> => {
    await using cleanup = new AsyncDisposableStack();
    const upstream = cleanup.use(await gitServer(stage));
    const home = join(stage.folder, 'home');
    await runCommand(await pullCommand(stage, home, upstream), stage.folder);
    const ours = cleanup.use(await launchModelkeep({ home, upstream: 'http://127.0.0.1:9' }));
    const stack = cleanup.move();
    return {
      contenders: [
        await cloning(stage, 'git clone, Modelkeep', ours.url),
        await cloning(stage, 'git clone, http-backend', upstream.url),
      ],
      limits: [
        {
          work: 'git clone of 1 GiB in git-lfs',
          ours: 'git clone, Modelkeep',
          theirs: 'git clone, http-backend',
          limit: 1.11,
        },
      ],
      [Symbol.asyncDispose]: () => stack.disposeAsync(),
    };
  },
};

const pullRow: Row = {
  id: 'git-pull',
  open: async (stage): Promise<Scene> => {
    const server = await gitServer(stage, CDN);
    const home = join(stage.folder, 'home');
    return {
      contenders: [
        {
          name: 'modelkeep pull, from git',
          ours: true,
          needs: ['git'],
          prepare: async () => pullCommand(stage, await freshFolder(home), server),
        },
        await cloning(stage, 'git clone', server.url),
      ],
      limits: [
        {
          work: 'pull 1 GiB by git-lfs, 50 MB/s per connection',
          ours: 'modelkeep pull, from git',
          theirs: 'git clone',
          limit: 0.7,
        },
      ],
      [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
    };
  },
};

export const git: readonly Row[] = [cloneRow, pullRow];
