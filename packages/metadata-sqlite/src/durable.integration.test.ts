import { readFile } from 'node:fs/promises';
import { requires } from '@modelkeep/test-requirements';
import { modelIds, tempFolder } from '@modelkeep/testkit/memory';
import { describe, expect, it } from 'vitest';
import { startProcess } from '../test/child-process.ts';
import { sqliteMetadata } from './index.ts';

requires('strace');

describe('on the disk', () => {
  it('a commit is synced before it is acknowledged', async () => {
    await using folder = await tempFolder();
    const log = folder.join('calls');
    const trace = ['strace', '-f', '-y', '-o', log, '-e', 'trace=fsync,fdatasync,write'];
    const args = ['write', folder.join('index.db'), 'traced', '5'];
    await using writer = startProcess(args, { under: trace });
    expect(await writer.lines()).toHaveLength(5);
    const calls = (await readFile(log, 'utf8')).split('\n');
    for (let index = 0; index < 5; index += 1) {
      const said = calls.findIndex((call) => call.includes(`"traced/model-${index}\\n"`));
      const before = calls.findLastIndex(
        (call, at) => at < said && /sync\(\d+<.*index\.db-wal>/.test(call),
      );
      const earlier = calls.findIndex((call) => call.includes(`"traced/model-${index - 1}\\n"`));
      expect(said).toBeGreaterThan(-1);
      expect(before, `a sync before model ${index} is acknowledged`).toBeGreaterThan(earlier);
    }
  });

  it.each(['ENOSPC', 'EIO'])(
    '%s at any sync or write fails cleanly and loses nothing',
    async (errno) => {
      for (let nth = 1; nth <= 40; nth += 3) {
        await using folder = await tempFolder();
        const file = folder.join('index.db');
        const inject = `fdatasync,fsync,pwrite64:error=${errno}:when=${nth}`;
        const trace = ['strace', '-f', '-o', '/dev/null', '-e', `inject=${inject}`];
        await using writer = startProcess(['write', file, 'm', '5'], { under: trace, quiet: true });
        const acknowledged: string[] = [];
        for (let line = await writer.line(); line !== undefined; line = await writer.line()) {
          acknowledged.push(line);
        }
        const store = sqliteMetadata({ file });
        await store.open();
        expect(await modelIds(store), `call ${nth}`).toEqual(expect.arrayContaining(acknowledged));
        await store.close();
      }
    },
  );
});
