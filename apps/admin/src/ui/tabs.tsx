import type { ReactNode } from 'react';
import { Tabs as AriaTabs, Tab, TabList, TabPanel, TabPanels } from 'react-aria-components/Tabs';

export interface TabContent {
  readonly id: string;
  readonly name: string;
  readonly content: ReactNode;
}

/** One of several views; only the one that is chosen is there. */
export function Tabs({
  label,
  tabs,
  selected,
  onSelect,
}: {
  readonly label: string;
  readonly tabs: readonly TabContent[];
  readonly selected: string;
  readonly onSelect: (id: string) => void;
}): ReactNode {
  return (
    <AriaTabs selectedKey={selected} onSelectionChange={(key) => onSelect(String(key))}>
      <TabList
        aria-label={label}
        items={tabs}
        className="mb-4 flex gap-1 overflow-x-auto border-b border-line p-0.5 pb-0"
      >
        {({ name }) => (
          <Tab className="-mb-px border-b-2 border-transparent px-3 py-2 whitespace-nowrap text-muted -outline-offset-2 hover:text-ink data-[selected]:border-accent-fill data-[selected]:font-medium data-[selected]:text-ink">
            {name}
          </Tab>
        )}
      </TabList>
      <TabPanels>
        {tabs.map(({ id, content }) => (
          <TabPanel key={id} id={id} className="outline-offset-4">
            {content}
          </TabPanel>
        ))}
      </TabPanels>
    </AriaTabs>
  );
}
