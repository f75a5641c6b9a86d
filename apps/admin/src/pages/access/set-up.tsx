import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { describeError } from '../../api/api-error.ts';
import { client } from '../../api/client.ts';
import { Button } from '../../ui/button.tsx';
import { Form } from '../../ui/form.tsx';
import { Panel } from '../../ui/page.tsx';
import { Secret } from '../../ui/secret.tsx';
import { TextField } from '../../ui/text-field.tsx';

/** The first administrator. Until there is one, whoever is on the server's machine may do everything. */
export function SetUp(): ReactNode {
  const cache = useQueryClient();
  const [name, setName] = useState('');
  const { mutate, isPending, error, data } = useMutation({
    mutationFn: async () => (await client.POST('/setup', { body: { name: name.trim() } })).data,
  });
  const submit = (): void => {
    if (name.trim() !== '') mutate();
  };
  if (data !== undefined) {
    return (
      <Panel title={`${data.user.name} is the administrator now`}>
        <div className="flex flex-col gap-3">
          <p>
            This is your access token. Keep it: it signs you in here, and your programs send it as{' '}
            <code>HF_TOKEN</code>. It is shown only now.
          </p>
          <Secret text={data.token} what="Token" />
          <Button
            look="primary"
            className="self-start"
            onPress={() => void cache.invalidateQueries()}
          >
            I have kept it
          </Button>
        </div>
      </Panel>
    );
  }
  return (
    <Panel title="Add the first administrator">
      <Form onSubmit={submit} className="flex flex-col gap-3">
        <p className="max-w-prose text-muted">
          There are no users yet: whoever works on this machine may do everything, and the server
          listens to nobody else. From the first user on, every program and person needs a token.
        </p>
        <div className="max-w-sm">
          <TextField
            label="Your name"
            value={name}
            onChange={setName}
            autoComplete="username"
            error={error === null ? undefined : describeError(error).message}
          />
        </div>
        <Button type="submit" look="primary" isPending={isPending} className="self-start">
          Become administrator
        </Button>
      </Form>
    </Panel>
  );
}
