import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { ApiError, describeError } from '../../api/api-error.ts';
import { signIn } from '../../api/session.ts';
import { Button } from '../../ui/button.tsx';
import { Form } from '../../ui/form.tsx';
import { TextField } from '../../ui/text-field.tsx';

export function TokenSignIn(): ReactNode {
  const [token, setToken] = useState('');
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => signIn({ token: token.trim() }),
  });
  const submit = (): void => {
    if (token.trim() !== '') mutate();
  };
  return (
    <Form onSubmit={submit} className="flex flex-col gap-4">
      <h2 className="text-lg font-semibold">Sign in</h2>
      <TextField
        label="Access token"
        type="password"
        value={token}
        onChange={setToken}
        isMono
        autoFocus
        autoComplete="current-password"
        placeholder="hf_…"
        error={error === null ? undefined : reason(error)}
        hint="The same token that your programs send. An administrator makes one."
      />
      <Button type="submit" look="primary" isPending={isPending}>
        Sign in
      </Button>
    </Form>
  );
}

function reason(error: Error): string {
  const { message } = describeError(error);
  return error instanceof ApiError && error.status === 401
    ? 'This token is not valid here: it is mistyped, was revoked, or has expired.'
    : message;
}
