import type { ReactNode } from 'react';
import { PullProvider } from '../actions/pull/pull-context.tsx';
import { AppShell } from './app-shell.tsx';

export function Root(): ReactNode {
  return (
    <PullProvider>
      <AppShell />
    </PullProvider>
  );
}
