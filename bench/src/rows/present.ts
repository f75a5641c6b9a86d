import { join } from 'node:path';
import { launchFakeHub } from '@modelkeep/testkit/fake-hub';
import type { Row } from '../row.ts';
import { runCommand } from '../run-command.ts';
import { modelkeep } from './clients.ts';
import { ONE_FILE } from './pulls.ts';

/** What is there already: asked for again, and its folder. */
export const present: Row = {
  id: 'present',
  open: async (stage) => {
    const hub = await launchFakeHub(ONE_FILE);
    const home = join(stage.folder, 'modelkeep');
    await runCommand(modelkeep(home, hub.url, 'pull', 'bench/one'), stage.folder);
    const ours = (name: string, ...args: readonly string[]) => ({
      name,
      ours: true,
      needs: [],
      prepare: async () => modelkeep(home, hub.url, ...args),
    });
    return {
      contenders: [
        ours('modelkeep pull', 'pull', 'bench/one'),
        ours('modelkeep path', 'path', 'bench/one'),
        {
          name: 'hf cache ls',
          ours: false,
          needs: ['hf'],
          prepare: async () => ({
            argv: [stage.tools.path('hf'), 'cache', 'ls'],
            env: {
              HF_HUB_CACHE: join(home, 'hub'),
              HF_HUB_DISABLE_TELEMETRY: '1',
              HF_HUB_DISABLE_UPDATE_CHECK: '1',
            },
          }),
        },
      ],
      limits: [
        {
          work: 'pull of what is already there',
          ours: 'modelkeep pull',
          theirs: 'hf cache ls',
          limit: 0.35,
        },
        { work: 'path', ours: 'modelkeep path', theirs: 'hf cache ls', limit: 0.25 },
      ],
      [Symbol.asyncDispose]: () => hub[Symbol.asyncDispose](),
    };
  },
};
