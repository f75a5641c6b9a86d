import type { Connection, User } from '../api/options.ts';
import type { CoreContext } from '../context.ts';
import { modelFilter } from '../names/globs.ts';
import { ModelkeepError } from '../spi/errors.ts';

export function enables(connection: Connection, modelId: string): boolean {
  return modelFilter(connection.models)(modelId);
}

/** The connection of that name. */
export function requireConnection(ctx: CoreContext, name: string): Connection {
  const found = ctx.connections.find((connection) => connection.name === name);
  if (found !== undefined) return found;
  const names = ctx.connections.map((connection) => connection.name).join(', ');
  throw new ModelkeepError(
    'invalid-argument',
    `there is no connection named ${JSON.stringify(name)}${names === '' ? '' : `; there are: ${names}`}`,
  );
}

/**
 * The connection through which `user` may fetch the model: the named one, or the first that enables it.
 * An admin may use any connection for any model.
 */
export function chooseConnection(
  ctx: CoreContext,
  modelId: string,
  name: string | undefined,
  user: User,
): Connection {
  const { connections } = ctx;
  const names = connections.map((connection) => connection.name).join(', ');
  if (name !== undefined) {
    const named = requireConnection(ctx, name);
    if (user.role === 'admin' || enables(named, modelId)) return named;
    throw notEnabled(modelId, `the connection ${name} does not enable it`);
  }
  const enabling = connections.find((connection) => enables(connection, modelId));
  if (enabling !== undefined) return enabling;
  const [first] = connections;
  if (first === undefined)
    throw new ModelkeepError(
      'offline',
      `${modelId} cannot be fetched: this cache has no connection; import an archive of it instead`,
    );
  if (user.role === 'admin') return first;
  throw notEnabled(modelId, `no connection enables it (asked: ${names})`);
}

function notEnabled(modelId: string, why: string): ModelkeepError {
  return new ModelkeepError(
    'not-enabled',
    `${modelId} may not be fetched: ${why}; ask an administrator to enable it`,
    { details: { modelId } },
  );
}
