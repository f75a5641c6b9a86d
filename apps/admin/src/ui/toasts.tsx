import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { Text } from 'react-aria-components/Text';
import {
  UNSTABLE_Toast as Toast,
  UNSTABLE_ToastContent as ToastContent,
  UNSTABLE_ToastQueue as ToastQueue,
  UNSTABLE_ToastRegion as ToastRegion,
} from 'react-aria-components/Toast';
import { Button } from './button.tsx';

interface Message {
  readonly title: string;
  readonly detail?: ReactNode;
  readonly isError?: boolean;
}

const SHOWN_MS = 8000;
const queue = new ToastQueue<Message>({ maxVisibleToasts: 3 });

/** Tells what happened, in a corner. An error stays until it is closed. */
export function tell(message: Message): void {
  queue.add(message, message.isError ? {} : { timeout: SHOWN_MS });
}

export function Toasts(): ReactNode {
  return (
    <ToastRegion
      queue={queue}
      className="fixed right-4 bottom-4 left-4 z-50 flex flex-col gap-2 outline-none sm:left-auto sm:w-96"
    >
      {({ toast }) => (
        <Toast
          toast={toast}
          className={`flex items-start gap-2 rounded-xl border border-line border-l-4 bg-raised p-3 shadow-lg ${toast.content.isError ? 'border-l-danger' : 'border-l-accent-fill'}`}
        >
          <ToastContent className="min-w-0 flex-1 py-1.5 break-words">
            <Text slot="title" className="block font-medium">
              {toast.content.title}
            </Text>
            {toast.content.detail !== undefined && (
              <Text slot="description" className="block text-sm text-muted">
                {toast.content.detail}
              </Text>
            )}
          </ToastContent>
          <Button
            slot="close"
            look="quiet"
            aria-label="Close"
            icon={<X aria-hidden className="size-4" />}
          />
        </Toast>
      )}
    </ToastRegion>
  );
}
