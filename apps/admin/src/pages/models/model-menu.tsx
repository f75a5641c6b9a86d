import {
  EllipsisVertical,
  FileDown,
  Pin,
  PinOff,
  RotateCw,
  ShieldCheck,
  Trash2,
} from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { DeleteDialog } from '../../actions/delete/delete-dialog.tsx';
import { ExportDialog } from '../../actions/export/export-dialog.tsx';
import { useOpenPull } from '../../actions/pull/pull-context.tsx';
import { usePin } from '../../actions/use-pin.ts';
import { VerifyDialog } from '../../actions/verify/verify-dialog.tsx';
import { useUser } from '../../api/session.ts';
import type { Model } from '../../api/types.ts';
import { Button } from '../../ui/button.tsx';
import { Menu, type MenuAction } from '../../ui/menu.tsx';
import { modelName } from './model-facts.ts';

const ICON = { 'aria-hidden': true, className: 'size-4' } as const;

/** What can be done with a model. */
export function ModelMenu({ model }: { readonly model: Model }): ReactNode {
  const { isAdmin } = useUser();
  const openPull = useOpenPull();
  const pin = usePin();
  const [dialog, setDialog] = useState<'export' | 'verify' | 'delete' | null>(null);
  const close = (): void => setDialog(null);
  const models = [model.key];
  const forAdmins: readonly MenuAction[] = [
    {
      id: 'pin',
      name: model.pinned ? 'Unpin' : 'Pin',
      icon: model.pinned ? <PinOff {...ICON} /> : <Pin {...ICON} />,
      onAction: () => pin.mutate({ models, pinned: !model.pinned }),
    },
    {
      id: 'verify',
      name: 'Verify…',
      icon: <ShieldCheck {...ICON} />,
      onAction: () => setDialog('verify'),
    },
    {
      id: 'delete',
      name: 'Delete…',
      icon: <Trash2 {...ICON} />,
      isDangerous: true,
      onAction: () => setDialog('delete'),
    },
  ];
  return (
    <>
      <Menu
        label={`Actions for ${modelName(model.key)}`}
        button={
          <Button
            look="quiet"
            aria-label={`Actions for ${modelName(model.key)}`}
            icon={<EllipsisVertical aria-hidden className="size-4.5" />}
          />
        }
        actions={[
          {
            id: 'export',
            name: 'Export…',
            icon: <FileDown {...ICON} />,
            onAction: () => setDialog('export'),
          },
          {
            id: 'pull',
            name: 'Update…',
            icon: <RotateCw {...ICON} />,
            onAction: () => openPull(modelName(model.key)),
          },
          ...(isAdmin ? forAdmins : []),
        ]}
      />
      {dialog === 'export' && <ExportDialog models={models} onClose={close} />}
      {dialog === 'verify' && <VerifyDialog models={models} onClose={close} />}
      {dialog === 'delete' && <DeleteDialog models={models} onClose={close} />}
    </>
  );
}
