import { Check, Copy } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { Button } from './button.tsx';
import { copyText } from './copy-text.ts';

const SHOWN_MS = 2000;

/** Puts a text on the clipboard. `what` names it. */
export function CopyButton({
  text,
  what,
}: {
  readonly text: string;
  readonly what: string;
}): ReactNode {
  const [state, setState] = useState<'idle' | 'copied' | 'failed'>('idle');
  useEffect(() => {
    if (state === 'idle') return undefined;
    const timer = setTimeout(() => setState('idle'), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [state]);
  const copy = async (): Promise<void> => setState((await copyText(text)) ? 'copied' : 'failed');
  return (
    <>
      <Button
        look="quiet"
        aria-label={`Copy ${what}`}
        icon={
          state === 'copied' ? (
            <Check aria-hidden className="size-4 text-ok" />
          ) : (
            <Copy aria-hidden className="size-4" />
          )
        }
        onPress={() => void copy()}
      />
      <span role="status" className="sr-only">
        {state === 'copied' && `${what} copied`}
        {state === 'failed' && 'The browser does not let this page copy'}
      </span>
    </>
  );
}
