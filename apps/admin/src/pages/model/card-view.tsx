import { useQuery } from '@tanstack/react-query';
import { FileText } from 'lucide-react';
import { lazy, type ReactNode, Suspense } from 'react';
import { ApiError } from '../../api/api-error.ts';
import { api } from '../../api/client.ts';
import type { ModelDetails } from '../../api/types.ts';
import { Notice } from '../../ui/notice.tsx';
import { Panel } from '../../ui/page.tsx';
import { EmptyState, ErrorState, Skeleton } from '../../ui/states.tsx';

const Markdown = lazy(async () => ({ default: (await import('./markdown.tsx')).Markdown }));

/** The model's README. */
export function CardView({ model }: { readonly model: ModelDetails }): ReactNode {
  const { data, error, refetch } = useQuery(
    api.queryOptions('get', '/models/{key}/card', { params: { path: { key: model.key } } }),
  );
  if (error instanceof ApiError && error.status === 404) {
    return (
      <Panel>
        <EmptyState icon={<FileText aria-hidden />} title="No model card">
          The model has no README.md, or it was left out.
        </EmptyState>
      </Panel>
    );
  }
  if (error !== null) return <ErrorState error={error} onRetry={() => void refetch()} />;
  return (
    <Panel>
      {data === undefined ? (
        <Skeleton lines={9} />
      ) : (
        <Suspense fallback={<Skeleton lines={9} />}>
          <Markdown text={data.text} model={model} />
          {data.truncated && (
            <Notice tone="warn">The card is longer than is shown here: see README.md.</Notice>
          )}
        </Suspense>
      )}
    </Panel>
  );
}
