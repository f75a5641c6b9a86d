import { useNavigate } from '@tanstack/react-router';
import { FileDown, Pin, PinOff, RotateCw, ShieldCheck, Trash2 } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { DeleteDialog } from '../../actions/delete/delete-dialog.tsx';
import { ExportDialog } from '../../actions/export/export-dialog.tsx';
import { useOpenPull } from '../../actions/pull/pull-context.tsx';
import { usePin } from '../../actions/use-pin.ts';
import { VerifyDialog } from '../../actions/verify/verify-dialog.tsx';
import { useUser } from '../../api/session.ts';
import type { Model } from '../../api/types.ts';
import { Button } from '../../ui/button.tsx';
import { modelName } from '../models/model-facts.ts';

const ICON = { 'aria-hidden': true, className: 'size-4' } as const;

export function ModelActions({ model }: { readonly model: Model }): ReactNode {
  const { isAdmin } = useUser();
  const navigate = useNavigate();
  const openPull = useOpenPull();
  const pin = usePin();
  const [dialog, setDialog] = useState<'export' | 'verify' | 'delete' | null>(null);
  const models = [model.key];
  const close = (): void => setDialog(null);
  return (
    <>
      <Button icon={<FileDown {...ICON} />} onPress={() => setDialog('export')}>
        Export
      </Button>
      <Button icon={<RotateCw {...ICON} />} onPress={() => openPull(modelName(model.key))}>
        Update
      </Button>
      {isAdmin && (
        <>
          <Button
            icon={model.pinned ? <PinOff {...ICON} /> : <Pin {...ICON} />}
            isPending={pin.isPending}
            onPress={() => pin.mutate({ models, pinned: !model.pinned })}
          >
            {model.pinned ? 'Unpin' : 'Pin'}
          </Button>
          <Button icon={<ShieldCheck {...ICON} />} onPress={() => setDialog('verify')}>
            Verify
          </Button>
          <Button look="danger" icon={<Trash2 {...ICON} />} onPress={() => setDialog('delete')}>
            Delete
          </Button>
        </>
      )}
      {dialog === 'export' && <ExportDialog models={models} onClose={close} />}
      {dialog === 'verify' && <VerifyDialog models={models} onClose={close} />}
      {dialog === 'delete' && (
        <DeleteDialog
          models={models}
          onClose={close}
          onDone={() => void navigate({ to: '/models' })}
        />
      )}
    </>
  );
}
