import { useMutation } from '@tanstack/react-query';
import { FileDown, Pin, PinOff, ShieldCheck, Trash2, X } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { Toolbar } from 'react-aria-components/Toolbar';
import { DeleteDialog } from '../../actions/delete/delete-dialog.tsx';
import { ExportDialog } from '../../actions/export/export-dialog.tsx';
import { usePin } from '../../actions/use-pin.ts';
import { VerifyDialog } from '../../actions/verify/verify-dialog.tsx';
import { formatBytes } from '../../format/bytes.ts';
import { formatNumber } from '../../format/count.ts';
import { Button } from '../../ui/button.tsx';
import { listModels, MOST_AT_ONCE } from './list-models.ts';
import type { ModelsSearch } from './models-search.ts';
import type { Selection } from './selection.ts';

const ICON = { 'aria-hidden': true, className: 'size-4' } as const;

interface BulkBarProps {
  readonly selection: Selection;
  readonly search: ModelsSearch;
  readonly total: number;
  readonly isAdmin: boolean;
}

/** What can be done with the ticked models. */
export function BulkBar({ selection, search, total, isAdmin }: BulkBarProps): ReactNode {
  const [dialog, setDialog] = useState<'export' | 'verify' | 'delete' | null>(null);
  const pin = usePin();
  const all = useMutation({
    mutationFn: () => listModels(search),
    onSuccess: (models) => selection.set(models, true),
  });
  const keys = [...selection.keys];
  const close = (): void => setDialog(null);
  return (
    <div className="sticky bottom-4 z-20 flex justify-center">
      <Toolbar
        aria-label="With the selected models"
        className="flex max-w-full flex-wrap items-center justify-center gap-1.5 rounded-2xl border border-line bg-raised p-2 shadow-lg"
      >
        <p role="status" className="px-2 font-medium">
          {formatNumber(keys.length)} selected{' '}
          <span className="font-normal text-muted">({formatBytes(selection.sizeInBytes)})</span>
        </p>
        {keys.length < Math.min(total, MOST_AT_ONCE) && (
          <Button look="quiet" isPending={all.isPending} onPress={() => all.mutate()}>
            Select {total > MOST_AT_ONCE ? 'the first' : 'all'}{' '}
            {formatNumber(Math.min(total, MOST_AT_ONCE))}
          </Button>
        )}
        <Button look="quiet" icon={<FileDown {...ICON} />} onPress={() => setDialog('export')}>
          Export
        </Button>
        {isAdmin && (
          <>
            <Button
              look="quiet"
              icon={<Pin {...ICON} />}
              onPress={() => pin.mutate({ models: keys, pinned: true })}
            >
              Pin
            </Button>
            <Button
              look="quiet"
              icon={<PinOff {...ICON} />}
              onPress={() => pin.mutate({ models: keys, pinned: false })}
            >
              Unpin
            </Button>
            <Button
              look="quiet"
              icon={<ShieldCheck {...ICON} />}
              onPress={() => setDialog('verify')}
            >
              Verify
            </Button>
            <Button look="danger" icon={<Trash2 {...ICON} />} onPress={() => setDialog('delete')}>
              Delete
            </Button>
          </>
        )}
        <Button
          look="quiet"
          aria-label="Clear the selection"
          icon={<X {...ICON} />}
          onPress={selection.clear}
        />
      </Toolbar>
      {dialog === 'export' && <ExportDialog models={keys} onClose={close} />}
      {dialog === 'verify' && <VerifyDialog models={keys} onClose={close} />}
      {dialog === 'delete' && (
        <DeleteDialog models={keys} onClose={close} onDone={selection.clear} />
      )}
    </div>
  );
}
