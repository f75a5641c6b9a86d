import { CircleAlert, CircleCheck, Info, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Tone } from './badge.tsx';
import { classes } from './classes.ts';

const LOOKS: Readonly<Record<Tone, string>> = {
  neutral: 'border-line bg-surface',
  accent: 'border-transparent bg-accent-soft',
  ok: 'border-transparent bg-ok-soft',
  warn: 'border-transparent bg-warn-soft',
  danger: 'border-transparent bg-danger-soft',
};

const ICONS = {
  neutral: <Info aria-hidden className="size-5 shrink-0 text-muted" />,
  accent: <Info aria-hidden className="size-5 shrink-0 text-accent" />,
  ok: <CircleCheck aria-hidden className="size-5 shrink-0 text-ok" />,
  warn: <TriangleAlert aria-hidden className="size-5 shrink-0 text-warn" />,
  danger: <CircleAlert aria-hidden className="size-5 shrink-0 text-danger" />,
} as const;

/** Something to know, in place. `isNews`: it comes while the page is read, so that it is read out. */
export function Notice({
  tone = 'neutral',
  title,
  children,
  action,
  isNews = false,
}: {
  readonly tone?: Tone;
  readonly title?: ReactNode;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
  readonly isNews?: boolean;
}): ReactNode {
  const hasBody = title !== undefined && children !== undefined && children !== false;
  return (
    <div
      role={isNews ? (tone === 'danger' ? 'alert' : 'status') : undefined}
      className={classes(
        'flex flex-wrap gap-3 rounded-lg border p-3',
        hasBody ? 'items-start' : 'items-center',
        LOOKS[tone],
      )}
    >
      {ICONS[tone]}
      <div className="min-w-0 flex-1 basis-48 break-words">
        {title !== undefined && <p className="font-medium">{title}</p>}
        {children}
      </div>
      {action}
    </div>
  );
}
