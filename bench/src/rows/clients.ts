import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { freshFolder } from '../fresh-folder.ts';
import type { Contender, Stage } from '../row.ts';
import type { Command } from '../run-command.ts';
import { MODELKEEP } from '../tools.ts';

/** What a Hub serves, as the clients ask for it. */
export interface Download {
  readonly url: string;
  readonly model: string;
  /** The one large file of the model, for clients that fetch URLs. */
  readonly file?: string;
  readonly size: number;
}

/** A command of ours on a store of its own. */
export function modelkeep(home: string, endpoint: string, ...args: readonly string[]): Command {
  return {
    argv: [...MODELKEEP, ...args],
    env: { MODELKEEP_HOME: home, HF_ENDPOINT: endpoint, HF_HOME: join(home, 'no-hf-home') },
  };
}

/** A command of `hf` on a cache of its own; nothing is asked of any other host than `endpoint`. */
export function hf(
  stage: Stage,
  home: string,
  endpoint: string,
  ...args: readonly string[]
): Command {
  return {
    argv: [stage.tools.path('hf'), ...args],
    env: {
      HF_ENDPOINT: endpoint,
      HF_HOME: home,
      HF_HUB_DISABLE_XET: '1',
      HF_HUB_DISABLE_TELEMETRY: '1',
      HF_HUB_DISABLE_UPDATE_CHECK: '1',
    },
  };
}

export function pullContender(stage: Stage, { url, model }: Download): Contender {
  const home = join(stage.folder, 'modelkeep');
  return {
    name: 'modelkeep pull',
    ours: true,
    needs: [],
    prepare: async () => modelkeep(await freshFolder(home), url, 'pull', model),
  };
}

export function hfContender(stage: Stage, { url, model }: Download): Contender {
  const home = join(stage.folder, 'hf');
  return {
    name: 'hf download',
    ours: false,
    needs: ['hf'],
    prepare: async () => hf(stage, await freshFolder(home), url, 'download', model),
  };
}

function fileContender(
  name: string,
  needs: 'curl' | 'aria2c',
  stage: Stage,
  download: Download,
  argv: (path: string, url: string) => readonly string[],
): Contender {
  const folder = join(stage.folder, needs);
  const path = join(folder, 'file');
  const url = `${download.url}/${download.model}/resolve/main/${download.file}`;
  return {
    name,
    ours: false,
    needs: [needs],
    prepare: async () => {
      await freshFolder(folder);
      return { argv: [stage.tools.path(needs), ...argv(path, url)] };
    },
    check: async () => {
      const { size } = await stat(path);
      if (size !== download.size) throw new Error(`${name} fetched ${size} bytes`);
    },
  };
}

export function curlContender(stage: Stage, download: Download): Contender {
  return fileContender('curl -o', 'curl', stage, download, (path, url) => [
    ...['--silent', '--show-error', '--fail', '--location'],
    ...['-o', path, url],
  ]);
}

export function ariaContender(stage: Stage, download: Download): Contender {
  return fileContender('aria2c -x16', 'aria2c', stage, download, (path, url) => [
    ...['-x16', '-s16', '--quiet', '--no-conf', '--file-allocation=none'],
    ...['--dir', join(path, '..'), '--out', 'file', url],
  ]);
}
