import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { sessionOptions, useUser } from '../../api/session.ts';
import { Page } from '../../ui/page.tsx';
import { SessionsPanel } from './sessions-panel.tsx';
import { SetUp } from './set-up.tsx';
import { TokensPanel } from './tokens-panel.tsx';
import { UsersPanel } from './users-panel.tsx';

/** Who may do what: users and tokens for an administrator, the own tokens for all others. */
export function AccessPage(): ReactNode {
  const { isAdmin } = useUser();
  const { data } = useQuery(sessionOptions);
  return (
    <Page
      title={isAdmin ? 'Users and tokens' : 'Your tokens'}
      intro="A token signs a program or a person in. It is shown once, and works until it is revoked or has expired."
    >
      {data?.needsSetup === true ? (
        <SetUp />
      ) : (
        <>
          {isAdmin && <UsersPanel />}
          <TokensPanel />
          <SessionsPanel />
        </>
      )}
    </Page>
  );
}
