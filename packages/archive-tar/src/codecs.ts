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
  return guarded(
    compression === 'gzip'
      ? createGunzip({ chunkSize: CHUNK })
      : createZstdDecompress({ chunkSize: CHUNK }),
  );
}

export function createEncoder(compression: Compression): Encoder {
  // Weights hardly compress: the fast levels lose next to nothing.
  return guarded(
    compression === 'gzip'
      ? createGzip({ chunkSize: CHUNK, level: constants.Z_BEST_SPEED })
      : createZstdCompress({
          chunkSize: CHUNK,
          params: { [constants.ZSTD_c_compressionLevel]: 3, [constants.ZSTD_c_checksumFlag]: 1 },
        }),
  );
}

/** Whoever reads the codec sees its errors; one that comes when nobody reads any more must not end the process. */
function guarded<C extends Decoder | Encoder>(codec: C): C {
  codec.on('error', () => {});
  return codec;
}

/** Resolves when `codec` has taken `chunk` in, or is closed. */
function taken(codec: Decoder | Encoder, chunk: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      codec.off('close', done);
      resolve();
    };
    codec.on('close', done);
    codec.write(chunk, done);
    if (codec.destroyed) done();
  });
}

/**
 * Writes what `next` gives until it gives nothing, the codec is closed, or the codec leaves some of it: a decoder at the
 * end of its data. Never rejects: a failure of `next` destroys the codec and is returned.
 */
export async function pump(
  next: () => Promise<Uint8Array | undefined>,
  codec: Decoder | Encoder,
): Promise<{ readonly error: unknown } | undefined> {
  let given = 0;
  try {
    for (;;) {
      const chunk = await next();
      if (codec.destroyed) return undefined;
      if (chunk === undefined) {
        codec.end();
        return undefined;
      }
      given += chunk.length;
      await taken(codec, chunk);
      // More would be taken for the beginning of other data, and fail where nobody listens.
      if (codec.bytesWritten < given) return undefined;
    }
  } catch (error) {
    codec.destroy();
    return { error };
  }
}
