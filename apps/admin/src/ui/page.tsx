import { type ReactNode, useEffect } from 'react';

/** A page: its heading, what can be done, and its content. */
export function Page({
  title,
  heading = title,
  intro,
  actions,
  children,
}: {
  /** Also the title of the window. */
  readonly title: string;
  readonly heading?: ReactNode;
  readonly intro?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}): ReactNode {
  useEffect(() => {
    document.title = `${title} · Modelkeep`;
  }, [title]);
  return (
    <div className="mx-auto flex w-full max-w-7xl flex-col gap-5 px-4 py-5 sm:px-6 lg:px-8">
      <header className="flex flex-wrap items-start justify-between gap-3">
        <div className="min-w-0">
          <h1
            className="text-2xl font-semibold tracking-tight break-words"
            tabIndex={-1}
            id="page-title"
          >
            {heading}
          </h1>
          {intro !== undefined && <div className="mt-0.5 text-muted">{intro}</div>}
        </div>
        {actions !== undefined && <div className="flex flex-wrap gap-2">{actions}</div>}
      </header>
      {children}
    </div>
  );
}

/** A part of a page, in a frame. */
export function Panel({
  title,
  note,
  actions,
  children,
  isFlush = false,
}: {
  readonly title?: string;
  readonly note?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
  /** Without space around the content: for tables. */
  readonly isFlush?: boolean;
}): ReactNode {
  return (
    <section className="panel min-w-0" {...(title === undefined ? {} : { 'aria-label': title })}>
      {title !== undefined && (
        <div className="flex flex-wrap items-center justify-between gap-2 px-4 pt-3 pb-1 sm:px-5">
          <div>
            <h2 className="font-semibold">{title}</h2>
            {note !== undefined && <p className="text-sm text-muted">{note}</p>}
          </div>
          {actions}
        </div>
      )}
      <div className={isFlush ? 'overflow-hidden' : 'px-4 pt-2 pb-4 sm:px-5'}>{children}</div>
    </section>
  );
}
