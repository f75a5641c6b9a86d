import { ModelkeepError, type Storage } from '@modelkeep/core/spi';

/** One call of a storage. */
export interface StorageCall {
  readonly method: 'stat' | 'read' | 'write' | 'delete' | 'list' | 'ingestFile';
  /** The key, or the prefix of `list`. */
  readonly key: string;
  /** How often the method was called, this call included. */
  readonly count: number;
}

/** What goes wrong with one call. */
export interface StorageFault {
  /** The call fails with it. */
  readonly error: Error;
  /**
   * `before`: nothing is done. `after`: all is done, and the answer is lost. A number, for `read` and `write`: the body
   * breaks after so many bytes. Default: `before`.
   */
  readonly at?: 'before' | 'after' | number;
}

/** `storage` with failures: `script` is asked at each call, and a call that it gives no fault for is passed on. */
export function faultyStorage(
  storage: Storage,
  script: (call: StorageCall) => StorageFault | undefined,
): Storage {
  const counts = new Map<StorageCall['method'], number>();

  function faultOf(method: StorageCall['method'], key: string): StorageFault | undefined {
    const count = (counts.get(method) ?? 0) + 1;
    counts.set(method, count);
    return script({ method, key, count });
  }

  async function run<T>(
    method: StorageCall['method'],
    key: string,
    work: (fault: StorageFault | undefined) => Promise<T>,
  ): Promise<T> {
    const fault = faultOf(method, key);
    if (fault !== undefined && (fault.at ?? 'before') === 'before') throw fault.error;
    const result = await work(fault);
    if (fault?.at === 'after') throw fault.error;
    return result;
  }

  const overrides: Partial<Storage> = {
    stat: (key, options) => run('stat', key, () => storage.stat(key, options)),
    read: (key, options) =>
      run('read', key, async (fault) => {
        const stream = await storage.read(key, options);
        return typeof fault?.at === 'number'
          ? ReadableStream.from(broken(stream, fault.at, fault.error))
          : stream;
      }),
    write: (key, body, options) =>
      run('write', key, (fault) =>
        storage.write(
          key,
          typeof fault?.at === 'number' ? broken(body, fault.at, fault.error) : body,
          options,
        ),
      ),
    delete: (key, options) => run('delete', key, () => storage.delete(key, options)),
    async *list(prefix, options) {
      const fault = faultOf('list', prefix);
      if (fault !== undefined) throw fault.error;
      yield* storage.list(prefix, options);
    },
  };
  const ingestFile: NonNullable<Storage['ingestFile']> = (key, path, options) =>
    run('ingestFile', key, async () => {
      if (storage.ingestFile !== undefined) return await storage.ingestFile(key, path, options);
      throw new ModelkeepError('unsupported', `${storage.name} takes over no files`);
    });
  return new Proxy(storage, {
    get(target, property) {
      if (property === 'ingestFile') return target.ingestFile && ingestFile;
      const source = Reflect.has(overrides, property) ? overrides : target;
      const value: unknown = Reflect.get(source, property, source);
      return typeof value === 'function' ? value.bind(source) : value;
    },
  });
}

async function* broken(
  body: AsyncIterable<Uint8Array>,
  after: number,
  error: Error,
): AsyncGenerator<Uint8Array, void, undefined> {
  let left = after;
  for await (const chunk of body) {
    if (chunk.length > left) {
      if (left > 0) yield chunk.subarray(0, left);
      throw error;
    }
    left -= chunk.length;
    yield chunk;
  }
  throw error;
}
