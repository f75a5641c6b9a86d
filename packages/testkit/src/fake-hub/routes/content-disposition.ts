/** As the Hub names a downloaded file. */
export function contentDisposition(path: string, download: boolean): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const plain = name.replace(/[^\x20-\x7e]|["\\]/g, '_');
  const kind = download ? 'attachment' : 'inline';
  return `${kind}; filename*=UTF-8''${encodeURIComponent(name)}; filename="${plain}";`;
}
