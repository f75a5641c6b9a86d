import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { ArrowLeft, Pin } from 'lucide-react';
import type { ReactNode } from 'react';
import { ApiError } from '../../api/api-error.ts';
import { api } from '../../api/client.ts';
import type { ModelDetails } from '../../api/types.ts';
import { formatBytes } from '../../format/bytes.ts';
import { formatCount } from '../../format/count.ts';
import { Badge } from '../../ui/badge.tsx';
import { buttonClasses } from '../../ui/button.tsx';
import { Page, Panel } from '../../ui/page.tsx';
import { EmptyState, ErrorState, Skeleton } from '../../ui/states.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { modelFacts, modelName } from '../models/model-facts.ts';
import { CardView } from './card-view.tsx';
import { FilesView } from './files-view.tsx';
import { ModelActions } from './model-actions.tsx';
import { ModelOverview } from './model-overview.tsx';
import { UsageView } from './usage-view.tsx';
import { UseView } from './use-view.tsx';

const route = getRouteApi('/models/$');

/** One model in full. */
export function ModelPage(): ReactNode {
  const { _splat: key = '' } = route.useParams();
  const { data, error, refetch } = useQuery(
    api.queryOptions('get', '/models/{key}', { params: { path: { key } } }),
  );
  if (data !== undefined) return <Details model={data} />;
  return (
    <Page title={modelName(key)}>
      {error === null ? (
        <Skeleton lines={8} />
      ) : error instanceof ApiError && error.status === 404 ? (
        <NoSuchModel name={modelName(key)} />
      ) : (
        <ErrorState error={error} onRetry={() => void refetch()} />
      )}
    </Page>
  );
}

function Details({ model }: { readonly model: ModelDetails }): ReactNode {
  const { tab = 'card' } = route.useSearch();
  const navigate = route.useNavigate();
  const { library, task } = modelFacts(model);
  const name = modelName(model.key);
  return (
    <Page
      title={name}
      heading={<span className="break-all">{model.modelId}</span>}
      intro={
        <div className="mt-1 flex flex-wrap items-center gap-1.5">
          <Badge>{model.revision}</Badge>
          {library !== undefined && <Badge>{library}</Badge>}
          {task !== undefined && <Badge>{task}</Badge>}
          {model.license !== null && <Badge>{model.license}</Badge>}
          {model.pinned && (
            <Badge tone="accent" icon={<Pin aria-hidden className="size-3" />}>
              pinned
            </Badge>
          )}
          {!model.complete && <Badge tone="warn">partial</Badge>}
          <span className="text-sm">
            {formatBytes(model.sizeInBytes)} in {formatCount(model.fileCount, 'file')}
          </span>
        </div>
      }
      actions={<ModelActions model={model} />}
    >
      <div className="grid gap-5 xl:grid-cols-[minmax(0,1fr)_22rem]">
        <div className="min-w-0">
          <Tabs
            label="About the model"
            selected={tab}
            onSelect={(id) =>
              void navigate({ search: { tab: id }, replace: true, resetScroll: false })
            }
            tabs={[
              { id: 'card', name: 'Card', content: <CardView model={model} /> },
              { id: 'files', name: 'Files', content: <FilesView model={model} /> },
              { id: 'use', name: 'Use it', content: <UseView model={model} /> },
              { id: 'usage', name: 'Usage', content: <UsageView model={model} /> },
            ]}
          />
        </div>
        <ModelOverview model={model} />
      </div>
    </Page>
  );
}

function NoSuchModel({ name }: { readonly name: string }): ReactNode {
  return (
    <Panel>
      <EmptyState
        icon={<ArrowLeft aria-hidden />}
        title="This model is not here"
        action={
          <Link to="/models" className={buttonClasses('secondary')}>
            To the models
          </Link>
        }
      >
        {name} was deleted, or it is not cached, or you may not see it.
      </EmptyState>
    </Panel>
  );
}
