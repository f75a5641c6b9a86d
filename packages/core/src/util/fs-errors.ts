import { type ErrorCode, isModelkeepError, ModelkeepError } from '../spi/errors.ts';

const EDQUOT = 122;
const CODES: Readonly<Record<string, ErrorCode>> = { ENOSPC: 'no-space', EDQUOT: 'no-space' };

/** What a failing file operation of core's own workspace means to the caller. An error that is ours already passes through. */
export function workspaceError(error: unknown, doing: string): unknown {
  const { code: named, errno } = (error ?? {}) as NodeJS.ErrnoException;
  // Node has no name for a used-up quota.
  const code = errno === -EDQUOT ? 'EDQUOT' : named;
  if (
    isModelkeepError(error) ||
    code === undefined ||
    typeof code !== 'string' ||
    !/^E[A-Z0-9]+$/.test(code)
  )
    return error;
  const message = (error as Error).message;
  return new ModelkeepError(CODES[code] ?? 'storage-failed', `${doing}: ${message}`, {
    cause: error,
    details: { errno: code },
  });
}

/** Does `work`: an error of the file system that comes out of it becomes one of ours. */
export async function withWorkspaceErrors<Result>(
  doing: string,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw workspaceError(error, doing);
  }
}
