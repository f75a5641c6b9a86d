import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { HardDriveDownload } from 'lucide-react';
import { type ReactNode, useDeferredValue, useState } from 'react';
import { client } from '../../api/client.ts';
import type { Overview } from '../../api/types.ts';
import { formatBytes } from '../../format/bytes.ts';
import { formatCount } from '../../format/count.ts';
import { followJob } from '../../jobs/live-jobs.ts';
import { Button } from '../../ui/button.tsx';
import { Checkbox } from '../../ui/checkbox.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Select } from '../../ui/select.tsx';
import { ErrorState, Skeleton } from '../../ui/states.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { EvictionChoices } from './eviction-choices.tsx';
import { gigabytesOf, gigabytesText, UNUSED_FOR } from './space-fields.ts';

/** Shows what was not used for longest and would go, what would stay and why; then does it. */
export function FreeSpaceDialog({
  store,
  onClose,
}: {
  readonly store: Overview['store'];
  readonly onClose: () => void;
}): ReactNode {
  const navigate = useNavigate();
  const [left, setLeft] = useState(gigabytesText(store.quotaBytes));
  const [unusedFor, setUnusedFor] = useState(UNUSED_FOR[0]?.id ?? '');
  const [imported, setImported] = useState(false);
  const toBytes = gigabytesOf(useDeferredValue(left));
  const body = { toBytes: toBytes ?? 0, unusedForMs: Number(unusedFor), imported };
  const preview = useQuery({
    queryKey: ['evictions', body],
    queryFn: async () => (await client.POST('/evict/preview', { body })).data ?? null,
    enabled: toBytes !== undefined,
    staleTime: 0,
  });
  const start = useMutation({
    mutationFn: async () => (await client.POST('/evict', { body })).data,
    onSuccess(job) {
      if (job === undefined) return;
      followJob(job);
      onClose();
      void navigate({ to: '/jobs/$id', params: { id: job.id } });
    },
  });
  const plan = toBytes === undefined ? null : preview.data;
  const going = plan?.choices.filter(({ evicted }) => evicted).length ?? 0;
  const isWrong = left !== '' && gigabytesOf(left) === undefined;
  return (
    <Dialog
      title="Free space"
      isOpen
      isWide
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>Keep all</Button>
          <Button
            look="danger"
            icon={<HardDriveDownload aria-hidden className="size-4" />}
            isDisabled={plan == null || plan.freedBytes === 0}
            isPending={start.isPending}
            onPress={() => start.mutate()}
          >
            {plan == null
              ? 'Remove'
              : `Remove ${formatCount(going, 'model')}, free ${formatBytes(plan.freedBytes)}`}
          </Button>
        </>
      }
    >
      <p>
        Removes what was not used for longest. Pinned models stay, and what is in use. Models are{' '}
        {formatBytes(store.blobBytes)} now
        {store.quotaBytes === null ? '' : `, of a quota of ${formatBytes(store.quotaBytes)}`}.
      </p>
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField
          label="Leave at most (GB)"
          value={left}
          onChange={setLeft}
          inputMode="decimal"
          autoComplete="off"
          error={isWrong ? 'Must be a number' : undefined}
        />
        <Select
          label="Spare what was used"
          options={UNUSED_FOR}
          value={unusedFor}
          onChange={setUnusedFor}
        />
      </div>
      <Checkbox isSelected={imported} onChange={setImported}>
        Also what no connection can bring back: imports, and models of connections that are gone
      </Checkbox>
      {preview.isLoading && <Skeleton />}
      {plan != null && <EvictionChoices result={plan} />}
      {(preview.error ?? start.error) !== null && (
        <ErrorState error={preview.error ?? start.error} />
      )}
    </Dialog>
  );
}
