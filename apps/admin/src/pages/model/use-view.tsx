import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { ToggleButton } from 'react-aria-components/ToggleButton';
import { ToggleButtonGroup } from 'react-aria-components/ToggleButtonGroup';
import { hubEndpoint } from '../../api/api-base.ts';
import { sessionOptions } from '../../api/session.ts';
import type { ModelDetails } from '../../api/types.ts';
import { CodeBlock } from '../../ui/code-block.tsx';
import { Panel } from '../../ui/page.tsx';
import { snippets } from './snippets.ts';

/** What to paste into which program. */
export function UseView({ model }: { readonly model: ModelDetails }): ReactNode {
  const { data } = useQuery(sessionOptions);
  const all = snippets({
    endpoint: hubEndpoint,
    modelId: model.modelId,
    revision: model.revision,
    needsToken: data?.via !== 'machine' && data?.via !== 'anybody',
    files: model.files.map(({ path }) => path),
  });
  const [chosen, setChosen] = useState(all[0]?.id);
  const snippet = all.find(({ id }) => id === chosen) ?? all[0];
  return (
    <Panel>
      <ToggleButtonGroup
        aria-label="Program"
        selectionMode="single"
        disallowEmptySelection
        selectedKeys={snippet === undefined ? [] : [snippet.id]}
        onSelectionChange={([key]) => setChosen(String(key))}
        className="mb-3 flex flex-wrap gap-1.5"
      >
        {all.map(({ id, name }) => (
          <ToggleButton
            key={id}
            id={id}
            className="min-h-9 rounded-full border border-line px-3 text-sm hover:bg-sunken data-[selected]:border-transparent data-[selected]:bg-accent-fill data-[selected]:text-on-accent"
          >
            {name}
          </ToggleButton>
        ))}
      </ToggleButtonGroup>
      {snippet !== undefined && (
        <>
          <CodeBlock text={snippet.text} what={`${snippet.name} snippet`} />
          {snippet.note !== undefined && <p className="mt-2 text-sm text-muted">{snippet.note}</p>}
        </>
      )}
    </Panel>
  );
}
