const LFS_LIMIT = 10 * 1024 * 1024;

/** As the Hub's default `.gitattributes`. */
const LFS_EXTENSIONS = new Set(
  (
    '7z arrow bin bz2 ckpt ftz gguf gz h5 joblib mlmodel model msgpack npy npz onnx ot parquet pb ' +
    'pickle pkl pt pth rar safetensors tar tflite tgz wasm xz zip zst'
  ).split(' '),
);

/** Which files the repository keeps by git-lfs: a list of paths, or a decision for each. */
export type LfsRule = readonly string[] | ((path: string, size: number) => boolean);

/** Whether a file is kept by git-lfs. Without a rule: more than 10 MiB, or a weights extension. */
export function isLfs(path: string, size: number, rule?: LfsRule): boolean {
  if (typeof rule === 'function') return rule(path, size);
  if (rule !== undefined) return rule.includes(path);
  const extension = path.slice(path.lastIndexOf('.') + 1).toLowerCase();
  return size > LFS_LIMIT || LFS_EXTENSIONS.has(extension);
}

/** The text that git holds in place of the content. */
export function lfsPointer(sha256: string, size: number): string {
  return `version https://git-lfs.github.com/spec/v1\noid sha256:${sha256}\nsize ${size}\n`;
}
