import type { ReactNode } from 'react';
import type { Overview } from '../../api/types.ts';
import { formatBytes } from '../../format/bytes.ts';
import { Panel } from '../../ui/page.tsx';
import { type Part, StackedBar } from './stacked-bar.tsx';

/** What lies on the disk, and how much room there is. */
export function DiskPanel({ store }: { readonly store: Overview['store'] }): ReactNode {
  const { blobBytes, unreferencedBytes, partialBytes, freeBytes, totalBytes, quotaBytes } = store;
  const own = blobBytes + partialBytes;
  const others = totalBytes === null || freeBytes === null ? 0 : totalBytes - freeBytes - own;
  const limit = quotaBytes ?? totalBytes;
  const isOverQuota = quotaBytes !== null && own > quotaBytes;
  const parts: readonly Part[] = [
    { name: 'Models', value: blobBytes - unreferencedBytes, colour: 'bg-chart-1' },
    { name: 'Nothing uses it', value: unreferencedBytes, colour: 'bg-chart-3' },
    { name: 'Downloads under way', value: partialBytes, colour: 'bg-chart-2' },
    ...(quotaBytes === null
      ? [{ name: 'Other data on the disk', value: Math.max(0, others), colour: 'bg-chart-6' }]
      : []),
  ];
  return (
    <Panel
      title="Disk"
      note={
        quotaBytes === null
          ? totalBytes === null
            ? 'The size of the disk is not known'
            : `${formatBytes(totalBytes)} in all`
          : `${formatBytes(own)} of a quota of ${formatBytes(quotaBytes)}${isOverQuota ? ': over it' : ''}`
      }
    >
      <StackedBar
        label="Use of the disk"
        parts={parts}
        total={limit ?? own}
        rest={freeBytes === null ? undefined : 'Free'}
      />
    </Panel>
  );
}
