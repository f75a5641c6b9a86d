import type { ReactNode } from 'react';
import { CopyButton } from './copy-button.tsx';

/** A text that is shown once. */
export function Secret({
  text,
  what,
}: {
  readonly text: string;
  readonly what: string;
}): ReactNode {
  return (
    <div className="flex items-center gap-1 rounded-lg border border-line bg-sunken py-1 pr-1 pl-3">
      <code className="min-w-0 flex-1 font-mono text-sm break-all">{text}</code>
      <CopyButton text={text} what={what} />
    </div>
  );
}
