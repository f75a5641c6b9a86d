import { RotateCw } from 'lucide-react';
import type { ReactNode } from 'react';
import { describeError } from '../api/api-error.ts';
import { Button } from './button.tsx';
import { Notice } from './notice.tsx';

/** Where there is nothing yet: why, and what to do. */
export function EmptyState({
  icon,
  title,
  children,
  action,
}: {
  readonly icon: ReactNode;
  readonly title: string;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
}): ReactNode {
  return (
    <div className="flex flex-col items-center gap-2 px-6 py-14 text-center">
      <div className="mb-1 flex size-12 items-center justify-center rounded-full bg-sunken text-muted [&>svg]:size-6">
        {icon}
      </div>
      <h2 className="text-base font-semibold">{title}</h2>
      {children !== undefined && <div className="max-w-md text-muted">{children}</div>}
      {action !== undefined && (
        <div className="mt-3 flex flex-wrap justify-center gap-2">{action}</div>
      )}
    </div>
  );
}

/** What could not be had, and another try. */
export function ErrorState({
  error,
  onRetry,
}: {
  readonly error: unknown;
  readonly onRetry?: () => void;
}): ReactNode {
  const { title, message } = describeError(error);
  return (
    <Notice
      tone="danger"
      title={title}
      isNews
      action={
        onRetry && (
          <Button icon={<RotateCw aria-hidden className="size-4" />} onPress={onRetry}>
            Try again
          </Button>
        )
      }
    >
      {message}
    </Notice>
  );
}

/** Grey lines where a text is about to come. */
export function Skeleton({ lines = 3 }: { readonly lines?: number }): ReactNode {
  return (
    <div role="status" className="flex flex-col gap-3 py-2">
      <span className="sr-only">Loading…</span>
      {Array.from({ length: lines }, (_, index) => (
        <span
          // biome-ignore lint/suspicious/noArrayIndexKey: the lines have nothing else
          key={index}
          aria-hidden
          className={`block h-4 animate-pulse rounded bg-sunken ${index % 3 === 2 ? 'w-1/2' : 'w-full'}`}
        />
      ))}
    </div>
  );
}

/** In a panel without space around its content: that it is on its way, or why it is not there. */
export function Waiting({
  query: { data, error, refetch },
}: {
  readonly query: {
    readonly data: unknown;
    readonly error: unknown;
    readonly refetch: () => unknown;
  };
}): ReactNode {
  return (
    <>
      {error !== null && (
        <div className="p-4">
          <ErrorState error={error} onRetry={() => void refetch()} />
        </div>
      )}
      {data === undefined && error === null && (
        <div className="px-5">
          <Skeleton />
        </div>
      )}
    </>
  );
}
