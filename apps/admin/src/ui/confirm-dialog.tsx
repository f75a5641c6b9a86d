import type { ReactNode } from 'react';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { ErrorState } from './states.tsx';

/** Asks before something is done that cannot be taken back. What keeps all as it is has the focus. */
export function ConfirmDialog({
  title,
  verb,
  action,
  onClose,
  children,
}: {
  readonly title: string;
  /** What the button says. */
  readonly verb: string;
  readonly action: {
    readonly isPending: boolean;
    readonly error: Error | null;
    readonly mutate: () => void;
  };
  readonly onClose: () => void;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <Dialog
      title={title}
      isOpen
      isAlert
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose} autoFocus>
            Keep
          </Button>
          <Button look="danger" isPending={action.isPending} onPress={() => action.mutate()}>
            {verb}
          </Button>
        </>
      }
    >
      {children}
      {action.error !== null && <ErrorState error={action.error} />}
    </Dialog>
  );
}
