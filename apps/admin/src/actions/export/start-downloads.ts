import { apiBase } from '../../api/api-base.ts';

const GAP_MS = 800;

interface Download {
  readonly href: string;
  readonly fileName: string;
}

/** Starts one download after the other: browsers drop those that begin at once. */
export function startDownloads(downloads: readonly Download[]): void {
  downloads.forEach(({ href, fileName }, index) => {
    setTimeout(() => {
      const link = document.createElement('a');
      link.href = `${apiBase}/${href}`;
      link.download = fileName;
      link.click();
    }, index * GAP_MS);
  });
}
