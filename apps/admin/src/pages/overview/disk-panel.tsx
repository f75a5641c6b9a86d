import { type ReactNode, useState } from 'react';
import { FreeSpaceDialog } from '../../actions/evict/free-space-dialog.tsx';
import { useUser } from '../../api/session.ts';
import type { Overview } from '../../api/types.ts';
import { formatBytes } from '../../format/bytes.ts';
import { Button } from '../../ui/button.tsx';
import { Panel } from '../../ui/page.tsx';
import { type Part, StackedBar } from './stacked-bar.tsx';

/** What lies on the disk, and how much room there is. */
export function DiskPanel({ store }: { readonly store: Overview['store'] }): ReactNode {
  const { blobBytes, unreferencedBytes, partialBytes, freeBytes, totalBytes, quotaBytes, evicts } =
    store;
  const { isAdmin } = useUser();
  const [isFreeing, setFreeing] = useState(false);
  const own = blobBytes + partialBytes;
  const others = totalBytes === null || freeBytes === null ? 0 : totalBytes - freeBytes - own;
  const limit = quotaBytes ?? totalBytes;
  const isOverQuota = quotaBytes !== null && blobBytes > quotaBytes;
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
      actions={
        isAdmin && blobBytes > 0 && <Button onPress={() => setFreeing(true)}>Free space…</Button>
      }
      note={
        quotaBytes === null
          ? totalBytes === null
            ? 'The size of the disk is not known'
            : `${formatBytes(totalBytes)} in all`
          : `${formatBytes(blobBytes)} of a quota of ${formatBytes(quotaBytes)}${isOverQuota ? ': over it' : ''}${evicts ? '; what was not used for longest makes room' : ''}`
      }
    >
      <StackedBar
        label="Use of the disk"
        parts={parts}
        total={limit ?? own}
        rest={freeBytes === null && quotaBytes === null ? undefined : 'Free'}
      />
      {isFreeing && <FreeSpaceDialog store={store} onClose={() => setFreeing(false)} />}
    </Panel>
  );
}
