import { useQuery } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { UnreachableError } from '../api/api-error.ts';
import { sessionOptions } from '../api/session.ts';
import { router } from '../router.tsx';
import { ErrorState } from '../ui/states.tsx';
import { Logo } from './logo.tsx';
import { signInCode } from './sign-in-link.ts';

const SignInPage = lazy(async () => ({
  default: (await import('../pages/sign-in/sign-in-page.tsx')).SignInPage,
}));

/** The page for who is signed in; for all others, the sign-in, which leads back to the same address. */
export function SessionGate(): ReactNode {
  const { data, error, refetch } = useQuery(sessionOptions);
  const [code, setCode] = useState(signInCode);
  if (data === undefined) return <Waiting error={error} onRetry={() => void refetch()} />;
  return (
    <Suspense>
      {code !== null || data.user === null ? (
        <SignInPage code={code} version={data.version} onCodeDone={() => setCode(null)} />
      ) : (
        <RouterProvider router={router} />
      )}
    </Suspense>
  );
}

function Waiting({
  error,
  onRetry,
}: {
  readonly error: Error | null;
  readonly onRetry: () => void;
}): ReactNode {
  return (
    <main className="mx-auto flex min-h-dvh max-w-md flex-col justify-center gap-6 px-4">
      <div className="flex items-center justify-center gap-2.5">
        <Logo />
      </div>
      {error === null ? (
        <p role="status" className="text-center text-muted">
          Loading…
        </p>
      ) : (
        <ErrorState error={error} {...(error instanceof UnreachableError ? {} : { onRetry })} />
      )}
    </main>
  );
}
