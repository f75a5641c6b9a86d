import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { requires } from '@modelkeep/test-requirements';
import { describeModelSource, knownFiles, type SourceSubject } from '@modelkeep/testkit';
import { startGitLfsServer } from '@modelkeep/testkit/git-lfs-server';
import { withoutSettings } from '../test/git.ts';
import { gitSource } from './git-source.ts';

requires('git');

const TOKEN = 'hf_CanaryCanaryCanaryCanaryCanaryCanary42';

async function subject(accessToken: string, scheme: 'http' | 'file'): Promise<SourceSubject> {
  await withoutSettings();
  const server = await startGitLfsServer();
  const files = knownFiles();
  const lfs = files.filter((file) => file.lfs).map(({ path }) => path);
  const commit = await server.addModel({
    id: 'Org/Name',
    files: Object.fromEntries(files.map(({ path, content }) => [path, content])),
    lfs,
  });
  for (const { content } of files.filter((file) => file.lfs)) {
    const oid = createHash('sha256').update(content).digest('hex');
    const objects = `${server.folder}/Org/Name.git/lfs/objects/${oid.slice(0, 2)}/${oid.slice(2, 4)}`;
    await mkdir(objects, { recursive: true });
    await writeFile(`${objects}/${oid}`, content);
  }
  const endpoint = scheme === 'http' ? server.url : `file://${server.folder}`;
  const answer = (status: number, headers: Record<string, string> = {}): void =>
    server.setFaults({ answer: { status, headers } });
  return {
    source: gitSource({ endpoint, accessToken, stallTimeoutMs: 5000 }),
    model: { modelId: 'Org/Name', revision: 'main', commit, files },
    destroy: async () => server[Symbol.asyncDispose](),
    ...(scheme === 'file'
      ? {}
      : {
          faults: {
            down: () => server.stop(),
            serverError: () => answer(503),
            rateLimit: (ms) => answer(429, { 'Retry-After': String(ms / 1000) }),
            gate: () => answer(403, { 'X-Error-Code': 'GatedRepo' }),
            deny: () => answer(403),
            cutBodies: (cutAfter) => server.setFaults({ cutAfter }),
            stallBodies: (stallAfter) => server.setFaults({ stallAfter }),
          },
        }),
    openBodies: () => server.openRequests,
    ...(accessToken === '' ? {} : { secret: accessToken }),
  };
}

describeModelSource('a git server, with a token', { create: () => subject(TOKEN, 'http') });
describeModelSource('a folder of git repositories', { create: () => subject('', 'file') });
