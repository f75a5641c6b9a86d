import { type ErrorCode, ModelkeepError, type ModelSource } from '@modelkeep/core/spi';
import type { OpenFault } from '../memory/memory-body.ts';
import { memoryModel } from '../memory/memory-model.ts';
import { type MemorySource, memorySource } from '../memory/memory-source.ts';
import { knownFiles } from './fixtures.ts';
import type { SourceSubject } from './source-test.ts';

const SECRET = 'hf_secretsecretsecretsecretsecretsecret';

/** The memory source, with every fault; `change` may put another source in front of it. */
export async function memorySubject(
  change: (source: MemorySource) => ModelSource = (source) => source,
): Promise<SourceSubject> {
  const files = knownFiles();
  const known = memoryModel(
    'Org/Name',
    Object.fromEntries(files.map(({ path, content }) => [path, content])),
    { lfs: (path) => files.some((file) => file.path === path && file.lfs) },
  );
  const source = memorySource({ models: [known] });
  const failAll = (code: ErrorCode, options: { retryable?: boolean; retryAfterMs?: number }) => {
    const error = (): Error => new ModelkeepError(code, `memory.test says ${code}`, options);
    source.setFaults({ resolve: error, listFiles: error, open: () => ({ error: error() }) });
  };
  const failBodies = (fault: OpenFault): void => source.setFaults({ open: () => fault });
  return {
    source: change(source),
    model: {
      modelId: 'Org/Name',
      revision: 'main',
      commit: known.revisions['main'] ?? '',
      files,
      alias: 'org/NAME',
    },
    destroy: async () => undefined,
    faults: {
      down: () => failAll('source-unavailable', { retryable: true }),
      serverError: () => failAll('source-unavailable', { retryable: true }),
      rateLimit: (retryAfterMs) => failAll('rate-limited', { retryable: true, retryAfterMs }),
      gate: () => failAll('gated', {}),
      deny: () => failAll('access-denied', {}),
      cutBodies: (cutAfter) => failBodies({ cutAfter }),
      stallBodies: (breakAfter) => failBodies({ breakAfter }),
    },
    openBodies: () => source.openBodies,
    secret: SECRET,
  };
}
