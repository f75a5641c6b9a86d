import { Link, Outlet, useRouterState } from '@tanstack/react-router';
import { Download, Menu as MenuIcon, X } from 'lucide-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { Dialog } from 'react-aria-components/Dialog';
import { Modal, ModalOverlay } from 'react-aria-components/Modal';
import { useOpenPull } from '../actions/pull/pull-context.tsx';
import { useLiveJobs } from '../jobs/live-jobs.ts';
import { Button } from '../ui/button.tsx';
import { Logo } from './logo.tsx';
import { Navigation } from './navigation.tsx';
import { OfflineBanner } from './offline-banner.tsx';
import { UserMenu } from './user-menu.tsx';

/** What stays around every page. */
export function AppShell(): ReactNode {
  useLiveJobs();
  const main = useRef<HTMLElement>(null);
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const shown = useRef(path);
  useEffect(() => {
    // A screen reader goes on at the new page, not where the link was.
    if (shown.current !== path) main.current?.focus({ preventScroll: true });
    shown.current = path;
  }, [path]);
  return (
    <div className="lg:grid lg:grid-cols-[15rem_minmax(0,1fr)]">
      <a
        href={`${path.replace(/^\//, '')}#main`}
        onClick={(event) => {
          event.preventDefault();
          main.current?.focus();
        }}
        className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:rounded-lg focus:bg-raised focus:px-4 focus:py-2"
      >
        Skip to the content
      </a>
      <aside
        aria-label="Navigation"
        className="sticky top-0 hidden h-dvh flex-col gap-4 overflow-y-auto border-r border-line bg-surface p-3 lg:flex"
      >
        <Link to="/" className="flex items-center gap-2.5 rounded-lg px-2 pt-2 no-underline">
          <Logo />
        </Link>
        <PullButton />
        <div className="flex-1">
          <Navigation />
        </div>
        <UserMenu />
      </aside>
      <div className="min-w-0">
        <TopBar />
        <OfflineBanner />
        <main ref={main} id="main" tabIndex={-1} className="outline-none">
          <Outlet />
        </main>
      </div>
    </div>
  );
}

function PullButton({ onPress }: { readonly onPress?: () => void }): ReactNode {
  const open = useOpenPull();
  return (
    <Button
      look="primary"
      icon={<Download aria-hidden className="size-4" />}
      onPress={() => {
        onPress?.();
        open();
      }}
    >
      Pull a model
    </Button>
  );
}

/** The way around on a narrow screen. */
function TopBar(): ReactNode {
  const [isOpen, setOpen] = useState(false);
  const close = (): void => setOpen(false);
  return (
    <header className="flex items-center justify-between border-b border-line bg-surface px-3 py-2 lg:hidden">
      <Link to="/" className="flex items-center gap-2.5 rounded-lg px-1 no-underline">
        <Logo />
      </Link>
      <Button
        look="quiet"
        aria-label="Menu"
        icon={<MenuIcon aria-hidden className="size-5" />}
        onPress={() => setOpen(true)}
      />
      <ModalOverlay
        isOpen={isOpen}
        onOpenChange={setOpen}
        isDismissable
        className="fixed inset-0 z-40 flex justify-end bg-black/50 data-[entering]:animate-[fade-in_150ms]"
      >
        <Modal className="h-dvh w-72 max-w-[85vw] border-l border-line bg-surface">
          <Dialog
            aria-label="Menu"
            className="flex h-full flex-col gap-4 overflow-y-auto p-3 outline-none"
          >
            <Button
              look="quiet"
              aria-label="Close the menu"
              icon={<X aria-hidden className="size-5" />}
              onPress={close}
              className="self-end"
            />
            <PullButton onPress={close} />
            <div className="flex-1">
              <Navigation onGo={close} />
            </div>
            <UserMenu />
          </Dialog>
        </Modal>
      </ModalOverlay>
    </header>
  );
}
