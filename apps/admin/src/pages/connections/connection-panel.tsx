import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { client } from '../../api/client.ts';
import type { Connection } from '../../api/types.ts';
import { formatBytes } from '../../format/bytes.ts';
import { formatCount } from '../../format/count.ts';
import { formatAgo } from '../../format/time.ts';
import { Badge, type Tone } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Form } from '../../ui/form.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Panel } from '../../ui/page.tsx';
import { ErrorState } from '../../ui/states.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { TestFindings } from './test-findings.tsx';

const STATES: Readonly<Record<Connection['state'], readonly [string, Tone]>> = {
  ok: ['Answers', 'ok'],
  limited: ['Asks to wait', 'warn'],
  stale: ['Does not answer', 'danger'],
  unknown: ['Not asked yet', 'neutral'],
};

export function ConnectionPanel({
  connection,
  mayTest,
}: {
  readonly connection: Connection;
  readonly mayTest: boolean;
}): ReactNode {
  const { name, endpoint, models, populateOnUse, state, staleSince, lastError, limitedUntil } =
    connection;
  const [text, tone] = STATES[state];
  return (
    <Panel title={name} actions={<Badge tone={tone}>{text}</Badge>}>
      <div className="flex flex-col gap-4">
        {state === 'stale' && lastError !== null && (
          <Notice
            tone="danger"
            title={`No answer${staleSince === null ? '' : ` since ${formatAgo(staleSince)}`}`}
          >
            {lastError.message} What is cached is served all the same.
          </Notice>
        )}
        {state === 'limited' && limitedUntil !== null && (
          <Notice tone="warn" title="It asks for fewer requests">
            It is asked again {formatAgo(limitedUntil)}. What is cached is served all the same.
          </Notice>
        )}
        <Facts
          facts={[
            [
              'Address',
              <span key="e" className="font-mono text-sm break-all">
                {endpoint ?? 'none'}
              </span>,
            ],
            [
              'Enables',
              models.length === 1 && models[0] === '**' ? (
                'all models'
              ) : (
                <ul key="m" className="flex flex-wrap gap-1.5">
                  {models.map((glob) => (
                    <li key={glob} className="min-w-0">
                      <Badge>{glob}</Badge>
                    </li>
                  ))}
                </ul>
              ),
            ],
            ['Use fills the cache', populateOnUse ? 'yes' : 'no: models are pulled by hand'],
            [
              'Last answer',
              connection.lastSuccess === null ? 'none yet' : formatAgo(connection.lastSuccess),
            ],
            [
              'Cached through it',
              <Link key="c" to="/models" search={{ connection: name }} className="link">
                {formatCount(connection.modelCount, 'model')}, {formatBytes(connection.sizeInBytes)}
              </Link>,
            ],
          ]}
        />
        {mayTest && <ConnectionTester name={name} />}
      </div>
    </Panel>
  );
}

function ConnectionTester({ name }: { readonly name: string }): ReactNode {
  const [model, setModel] = useState('');
  const test = useMutation({
    mutationFn: async () => {
      const body = model.trim() === '' ? {} : { model: model.trim() };
      const { data } = await client.POST('/connections/{name}/test', {
        params: { path: { name } },
        body,
      });
      return data;
    },
  });
  const submit = (): void => {
    test.mutate();
  };
  return (
    <div className="flex flex-col gap-3 border-t border-line pt-4">
      <Form onSubmit={submit} className="flex flex-wrap items-end gap-2">
        <div className="min-w-0 flex-1 basis-56 sm:max-w-sm">
          <TextField
            label="Ask for a model"
            value={model}
            onChange={setModel}
            isMono
            placeholder="gpt2"
            spellCheck="false"
            autoComplete="off"
          />
        </div>
        <Button type="submit" isPending={test.isPending}>
          Test connection
        </Button>
      </Form>
      {test.error !== null && <ErrorState error={test.error} />}
      {test.data !== undefined && <TestFindings found={test.data} />}
    </div>
  );
}
