import { type ReactNode, useEffect } from 'react';
import { Logo } from '../../shell/logo.tsx';
import { LinkSignIn } from './link-sign-in.tsx';
import { TokenSignIn } from './token-sign-in.tsx';

/** How one comes in: by a link of `modelkeep serve`, or by a token. */
export function SignInPage({
  code,
  version,
  onCodeDone,
}: {
  readonly code: string | null;
  readonly version: string;
  readonly onCodeDone: () => void;
}): ReactNode {
  useEffect(() => {
    document.title = 'Sign in · Modelkeep';
  }, []);
  return (
    <main className="mx-auto flex min-h-dvh max-w-md flex-col justify-center gap-6 px-4 py-10">
      <h1 className="flex items-center justify-center gap-2.5">
        <Logo />
      </h1>
      <div className="panel p-5 sm:p-7">
        {code === null ? <TokenSignIn /> : <LinkSignIn code={code} onDone={onCodeDone} />}
      </div>
      <p className="text-center text-sm text-muted">Version {version}</p>
    </main>
  );
}
