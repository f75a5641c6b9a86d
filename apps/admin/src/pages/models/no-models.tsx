import { Boxes, Download, FilterX } from 'lucide-react';
import type { ReactNode } from 'react';
import { useOpenPull } from '../../actions/pull/pull-context.tsx';
import { hubEndpoint } from '../../api/api-base.ts';
import { Button } from '../../ui/button.tsx';
import { Panel } from '../../ui/page.tsx';
import { Secret } from '../../ui/secret.tsx';
import { EmptyState } from '../../ui/states.tsx';
import type { ModelsSearch } from './models-search.ts';

export function NoModels({
  search: { sort: _sort, order: _order, ...filters },
  onClear,
}: {
  readonly search: ModelsSearch;
  readonly onClear: () => void;
}): ReactNode {
  const openPull = useOpenPull();
  if (Object.values(filters).some((value) => value !== undefined)) {
    return (
      <Panel>
        <EmptyState
          icon={<FilterX aria-hidden />}
          title="No model fits"
          action={<Button onPress={onClear}>Show all models</Button>}
        >
          Nothing that is cached has all of what you ask for.
        </EmptyState>
      </Panel>
    );
  }
  return (
    <Panel>
      <EmptyState
        icon={<Boxes aria-hidden />}
        title="Nothing is cached yet"
        action={
          <Button
            look="primary"
            icon={<Download aria-hidden className="size-4" />}
            onPress={() => openPull()}
          >
            Pull a model
          </Button>
        }
      >
        <p>Pull a model here, or let programs fill the cache by use:</p>
        <div className="mt-2 text-left text-ink">
          <Secret text={`export HF_ENDPOINT=${hubEndpoint}`} what="Setting" />
        </div>
      </EmptyState>
    </Panel>
  );
}
