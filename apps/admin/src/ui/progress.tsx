import type { ReactNode } from 'react';
import { ProgressBar } from 'react-aria-components/ProgressBar';
import { classes } from './classes.ts';

/** How far something is, from 0 to 1; undefined while nobody can know. */
export function Progress({
  label,
  value,
  valueLabel,
  tone = 'accent',
}: {
  readonly label: string;
  readonly value: number | undefined;
  readonly valueLabel?: string;
  readonly tone?: 'accent' | 'warn' | 'danger';
}): ReactNode {
  const colour = { accent: 'bg-accent-fill', warn: 'bg-chart-3', danger: 'bg-danger-fill' }[tone];
  return (
    <ProgressBar
      aria-label={label}
      value={(value ?? 0) * 100}
      isIndeterminate={value === undefined}
      {...(valueLabel === undefined ? {} : { valueLabel })}
      className="block h-2 overflow-hidden rounded-full bg-sunken"
    >
      {({ percentage }) => (
        <span
          className={classes(
            'block h-full rounded-full',
            colour,
            value === undefined
              ? 'w-2/5 animate-[sweep_1.6s_ease-in-out_infinite]'
              : 'transition-[width] duration-300',
          )}
          {...(value === undefined ? {} : { style: { width: `${percentage ?? 0}%` } })}
        />
      )}
    </ProgressBar>
  );
}
