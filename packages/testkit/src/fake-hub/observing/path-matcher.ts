import picomatch from 'picomatch';

/** A test for paths: the exact text, or a glob. `*` stays within a folder unless the glob has no slash. */
export function pathMatcher(glob: string): (path: string) => boolean {
  const matches = picomatch(glob, { dot: true, basename: !glob.includes('/') });
  return (path) => path === glob || matches(path);
}
