import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Trash2 } from 'lucide-react';
import type { ReactNode } from 'react';
import { FileTrigger } from 'react-aria-components/FileTrigger';
import { apiBase } from '../../api/api-base.ts';
import type { UploadFacts } from '../../api/types.ts';
import { formatBytes } from '../../format/bytes.ts';
import { formatPercent } from '../../format/count.ts';
import { formatAgo } from '../../format/time.ts';
import { Button } from '../../ui/button.tsx';
import { Panel } from '../../ui/page.tsx';
import { uploads as store } from '../../uploads/upload-store.ts';

/** Uploads that the server has a part of and that nobody sends now: a browser may not open the file again by itself. */
export function UnfinishedUploads({
  uploads,
}: {
  readonly uploads: readonly UploadFacts[];
}): ReactNode {
  const cache = useQueryClient();
  const discard = useMutation({
    mutationFn: (id: string) =>
      fetch(`${apiBase}/uploads/${id}`, {
        method: 'DELETE',
        headers: { 'Tus-Resumable': '1.0.0', 'X-Requested-With': 'modelkeep' },
      }),
    onSettled: () => cache.invalidateQueries({ queryKey: ['get', '/uploads'] }),
  });
  if (uploads.length === 0) return null;
  return (
    <Panel title="Not finished" note="Choose the same file again, and it goes on from there">
      <ul className="flex flex-col divide-y divide-line">
        {uploads.map(({ id, fileName, size, offset, createdAt }) => (
          <li key={id} className="flex flex-wrap items-center gap-2 py-2">
            <div className="min-w-0 flex-1 basis-48">
              <p className="font-medium break-all">{fileName ?? id}</p>
              <p className="text-sm text-muted">
                {formatBytes(offset)} of {size === null ? 'an unknown size' : formatBytes(size)} are
                here
                {size !== null && size > 0 && ` (${formatPercent(offset / size)})`}
                {createdAt !== null && `, begun ${formatAgo(createdAt)}`}
              </p>
            </div>
            <FileTrigger
              onSelect={(list) => {
                for (const file of list ?? []) void store.add(file);
              }}
            >
              <Button aria-label={`Go on with ${fileName ?? id}`}>Go on…</Button>
            </FileTrigger>
            <Button
              look="quiet"
              aria-label={`Discard ${fileName ?? id}`}
              icon={<Trash2 aria-hidden className="size-4" />}
              onPress={() => discard.mutate(id)}
            />
          </li>
        ))}
      </ul>
    </Panel>
  );
}
