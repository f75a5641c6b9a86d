import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { Dialog as AriaDialog } from 'react-aria-components/Dialog';
import { Heading } from 'react-aria-components/Heading';
import { Modal, ModalOverlay } from 'react-aria-components/Modal';
import { Button } from './button.tsx';
import { classes } from './classes.ts';

interface DialogProps {
  readonly title: ReactNode;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly children: ReactNode;
  readonly footer?: ReactNode;
  readonly isWide?: boolean;
  /** For a question whose answer cannot be taken back. */
  readonly isAlert?: boolean;
}

/** A dialog over the page; on a phone it comes from below. */
export function Dialog(props: DialogProps): ReactNode {
  const { title, isOpen, onClose, children, footer, isWide = false, isAlert = false } = props;
  return (
    <ModalOverlay
      isOpen={isOpen}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      isDismissable={!isAlert}
      className="fixed inset-0 z-40 flex items-end justify-center bg-black/50 data-[entering]:animate-[fade-in_150ms] sm:items-center sm:p-6"
    >
      <Modal
        className={classes(
          'flex max-h-[calc(100dvh-2rem)] w-full flex-col rounded-t-2xl border border-line bg-raised shadow-xl data-[entering]:animate-[rise_150ms] sm:rounded-2xl',
          isWide ? 'sm:max-w-3xl' : 'sm:max-w-lg',
        )}
      >
        <AriaDialog
          role={isAlert ? 'alertdialog' : 'dialog'}
          className="flex min-h-0 flex-col outline-none"
        >
          <div className="flex items-start gap-3 px-5 pt-4 pb-2">
            <Heading
              slot="title"
              level={2}
              className="min-w-0 flex-1 text-lg font-semibold break-words"
            >
              {title}
            </Heading>
            <Button
              look="quiet"
              aria-label="Close"
              icon={<X aria-hidden className="size-5" />}
              onPress={onClose}
              className="-mt-1 -mr-2"
            />
          </div>
          <div className="flex min-h-0 flex-col gap-4 overflow-y-auto px-5 pt-2 pb-5">
            {children}
          </div>
          {footer !== undefined && (
            <div className="flex flex-wrap justify-end gap-2 border-t border-line px-5 py-3">
              {footer}
            </div>
          )}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}
