/** The folders above `path` that are not in `written` yet, outermost first; adds them. */
export function* newFolders(path: string, written: Set<string>): Generator<string> {
  for (let at = path.indexOf('/'); at !== -1; at = path.indexOf('/', at + 1)) {
    const folder = path.slice(0, at);
    if (written.has(folder)) continue;
    written.add(folder);
    yield folder;
  }
}
