import { type ErrorComponentProps, Link, useRouter } from '@tanstack/react-router';
import { Lock, SearchX } from 'lucide-react';
import type { ReactNode } from 'react';
import { buttonClasses } from '../ui/button.tsx';
import { Page, Panel } from '../ui/page.tsx';
import { EmptyState, ErrorState, Skeleton } from '../ui/states.tsx';

const home = (
  <Link to="/" className={buttonClasses('secondary')}>
    To the overview
  </Link>
);

export function NotFoundPage(): ReactNode {
  return (
    <Page title="Not found">
      <Panel>
        <EmptyState icon={<SearchX aria-hidden />} title="There is no such page" action={home} />
      </Panel>
    </Page>
  );
}

/** Instead of a page that is for administrators. */
export function NotAllowedPage({ title }: { readonly title: string }): ReactNode {
  return (
    <Page title={title}>
      <Panel>
        <EmptyState icon={<Lock aria-hidden />} title="This is for administrators" action={home}>
          Ask one of them for what you need.
        </EmptyState>
      </Panel>
    </Page>
  );
}

export function PagePending(): ReactNode {
  return (
    <div className="mx-auto w-full max-w-7xl px-4 py-5 sm:px-6 lg:px-8">
      <Skeleton lines={6} />
    </div>
  );
}

export function PageError({ error, reset }: ErrorComponentProps): ReactNode {
  const router = useRouter();
  return (
    <Page title="Something went wrong">
      <ErrorState
        error={error}
        onRetry={() => {
          reset();
          void router.invalidate();
        }}
      />
    </Page>
  );
}
