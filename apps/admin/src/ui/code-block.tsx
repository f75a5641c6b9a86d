import type { ReactNode } from 'react';
import { CopyButton } from './copy-button.tsx';
import { ScrollArea } from './scroll-area.tsx';

/** Something to paste elsewhere. */
export function CodeBlock({
  text,
  what,
}: {
  readonly text: string;
  readonly what: string;
}): ReactNode {
  return (
    <div className="relative rounded-lg border border-line bg-sunken">
      <ScrollArea
        label={what}
        className="overflow-x-auto p-3 pr-14 font-mono text-sm leading-relaxed"
      >
        <pre>
          <code>{text}</code>
        </pre>
      </ScrollArea>
      <div className="absolute top-1 right-1 rounded-lg bg-sunken">
        <CopyButton text={text} what={what} />
      </div>
    </div>
  );
}
