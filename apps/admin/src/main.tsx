import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import './shell/sign-in-link.ts';
import './app.css';
import { queryClient } from './api/query-client.ts';
import { SessionGate } from './shell/session-gate.tsx';
import { applyTheme, readTheme } from './shell/theme.ts';
import { Toasts } from './ui/toasts.tsx';

applyTheme(readTheme());

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <SessionGate />
      <Toasts />
    </QueryClientProvider>
  </StrictMode>,
);
