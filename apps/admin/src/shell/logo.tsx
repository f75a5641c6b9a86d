import type { ReactNode } from 'react';

export function Logo(): ReactNode {
  return (
    <>
      <svg viewBox="0 0 32 32" aria-hidden="true" className="size-8 shrink-0">
        <rect width="32" height="32" rx="8" className="fill-accent-fill" />
        <path
          d="M16 6 25 10.5v11L16 26l-9-4.5v-11zM7.5 10.8 16 15l8.5-4.2M16 15v10.5"
          className="fill-none stroke-on-accent"
          strokeWidth="2.2"
          strokeLinejoin="round"
        />
      </svg>
      <span className="text-lg font-semibold tracking-tight text-ink">Modelkeep</span>
    </>
  );
}
