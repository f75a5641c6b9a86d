import { type ReactNode, useId } from 'react';
import type { IssuedToken } from '../../api/types.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Form } from '../../ui/form.tsx';
import { IssuedTokenView } from './issued-token-view.tsx';

/** A form that ends in a token: once there is one, the dialog shows it and nothing else. */
export function TokenDialog({
  title,
  verb,
  action,
  onSubmit,
  onClose,
  children,
}: {
  readonly title: string;
  /** What the button says. */
  readonly verb: string;
  readonly action: { readonly data: IssuedToken | undefined; readonly isPending: boolean };
  readonly onSubmit: () => void;
  readonly onClose: () => void;
  readonly children: ReactNode;
}): ReactNode {
  const formId = useId();
  const { data: issued, isPending } = action;
  return (
    <Dialog
      title={title}
      isOpen
      onClose={onClose}
      footer={
        issued === undefined ? (
          <>
            <Button onPress={onClose}>Close</Button>
            <Button type="submit" form={formId} look="primary" isPending={isPending}>
              {verb}
            </Button>
          </>
        ) : (
          <Button look="primary" onPress={onClose}>
            Done
          </Button>
        )
      }
    >
      {issued === undefined ? (
        <Form id={formId} onSubmit={onSubmit} className="flex flex-col gap-4">
          {children}
        </Form>
      ) : (
        <IssuedTokenView issued={issued} />
      )}
    </Dialog>
  );
}
