import { type ReactNode, useState } from 'react';
import { ToggleButton } from 'react-aria-components/ToggleButton';
import { ToggleButtonGroup } from 'react-aria-components/ToggleButtonGroup';
import type { Overview } from '../../api/types.ts';
import { Panel } from '../../ui/page.tsx';
import { modelName } from '../models/model-facts.ts';
import { type Tile, Treemap } from './treemap.tsx';

type View = 'model' | 'library' | 'age';

const VIEWS: readonly { readonly id: View; readonly name: string }[] = [
  { id: 'model', name: 'Model' },
  { id: 'library', name: 'Library' },
  { id: 'age', name: 'Last use' },
];

const AGES: Readonly<Record<string, readonly [string, string | undefined]>> = {
  today: ['Today', undefined],
  week: ['This week', undefined],
  month: ['This month', '7'],
  quarter: ['Last three months', '30'],
  year: ['This year', '90'],
  older: ['Over a year ago', '365'],
  never: ['Never used', '365'],
};

/** What takes the room. */
export function UsagePanel({ overview }: { readonly overview: Overview }): ReactNode {
  const [view, setView] = useState<View>('model');
  return (
    <Panel
      title="What takes the room"
      actions={
        <ToggleButtonGroup
          aria-label="By"
          selectionMode="single"
          disallowEmptySelection
          selectedKeys={[view]}
          onSelectionChange={([key]) => setView(key as View)}
          className="flex rounded-lg bg-sunken p-0.5"
        >
          {VIEWS.map(({ id, name }) => (
            <ToggleButton
              key={id}
              id={id}
              className="h-8 rounded-md px-3 text-sm text-muted data-[selected]:bg-pressed data-[selected]:text-ink data-[selected]:shadow-sm"
            >
              {name}
            </ToggleButton>
          ))}
        </ToggleButtonGroup>
      }
    >
      <Treemap label={`By ${view}`} tiles={tilesOf(overview, view)} />
    </Panel>
  );
}

function tilesOf({ byModel, byLibrary, byAge }: Overview, view: View): readonly Tile[] {
  switch (view) {
    case 'model':
      return byModel.map(({ name, count, sizeInBytes }) => ({
        name: name === null ? `${count} smaller ones` : modelName(name),
        sizeInBytes,
        ...(name === null ? {} : { key: name }),
      }));
    case 'library':
      return byLibrary.map(({ name, sizeInBytes }) => ({
        name: name ?? 'No library told',
        sizeInBytes,
        ...(name === null ? {} : { search: { library: name } }),
      }));
    case 'age':
      return byAge.map(({ name, sizeInBytes }) => {
        const [text, unused] = AGES[name ?? ''] ?? [name ?? '', undefined];
        return { name: text, sizeInBytes, search: { unused } };
      });
  }
}
