import { LoaderCircle } from 'lucide-react';
import type { ReactNode } from 'react';

/** Beside a text that says what goes on. */
export function Spinner(): ReactNode {
  return <LoaderCircle aria-hidden className="size-4 shrink-0 animate-spin" />;
}
