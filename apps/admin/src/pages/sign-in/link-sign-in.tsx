import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useEffect, useRef } from 'react';
import { signIn } from '../../api/session.ts';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';

/** Signs in by the code of a link, which is good for once. */
export function LinkSignIn({
  code,
  onDone,
}: {
  readonly code: string;
  readonly onDone: () => void;
}): ReactNode {
  const { mutate, isError } = useMutation({
    mutationFn: () => signIn({ link: code }),
    onSuccess: onDone,
  });
  const isSent = useRef(false);
  useEffect(() => {
    if (!isSent.current) mutate();
    isSent.current = true;
  }, [mutate]);
  if (!isError) {
    return (
      <p role="status" className="text-center text-muted">
        Signing in…
      </p>
    );
  }
  return (
    <Notice
      tone="warn"
      title="This link was used already, or it is too old"
      isNews
      action={<Button onPress={onDone}>Go on without it</Button>}
    >
      <code>modelkeep serve</code> prints a new one each time it starts.
    </Notice>
  );
}
