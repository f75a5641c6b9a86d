import {
  constants,
  createGunzip,
  createGzip,
  createZstdCompress,
  createZstdDecompress,
  type Gunzip,
  type Gzip,
  type ZstdCompress,
  type ZstdDecompress,
} from 'node:zlib';

export type Compression = 'gzip' | 'zstd';
export type Decoder = Gunzip | ZstdDecompress;
export type Encoder = Gzip | ZstdCompress;

/** Large pieces pass through the tar layers by reference, so few of them cost little. */
const CHUNK = 1024 * 1024;

export function createDecoder(compression: Compression): Decoder {
  return compression === 'gzip'
    ? createGunzip({ chunkSize: CHUNK })
    : createZstdDecompress({ chunkSize: CHUNK });
}

export function createEncoder(compression: Compression): Encoder {
  // Weights hardly compress: the fast levels lose next to nothing.
  return compression === 'gzip'
    ? createGzip({ chunkSize: CHUNK, level: constants.Z_BEST_SPEED })
    : createZstdCompress({
        chunkSize: CHUNK,
        params: { [constants.ZSTD_c_compressionLevel]: 3, [constants.ZSTD_c_checksumFlag]: 1 },
      });
}

function drainedOrClosed(codec: Decoder | Encoder): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      codec.off('drain', done);
      codec.off('close', done);
      resolve();
    };
    codec.on('drain', done);
    codec.on('close', done);
    if (codec.destroyed) done();
  });
}

/**
 * Writes what `next` gives until it gives nothing or the codec is closed. Never rejects: a failure of `next` destroys
 * the codec and is returned.
 */
export async function pump(
  next: () => Promise<Uint8Array | undefined>,
  codec: Decoder | Encoder,
): Promise<{ readonly error: unknown } | undefined> {
  try {
    for (;;) {
      const chunk = await next();
      if (codec.destroyed) return undefined;
      if (chunk === undefined) {
        codec.end();
        return undefined;
      }
      if (!codec.write(chunk)) await drainedOrClosed(codec);
    }
  } catch (error) {
    codec.destroy();
    return { error };
  }
}
