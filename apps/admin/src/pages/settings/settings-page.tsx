import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { hubEndpoint } from '../../api/api-base.ts';
import { api } from '../../api/client.ts';
import { useUser } from '../../api/session.ts';
import { NotAllowedPage } from '../../shell/page-states.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Page, Panel } from '../../ui/page.tsx';
import { Secret } from '../../ui/secret.tsx';
import { ErrorState, Skeleton } from '../../ui/states.tsx';
import { settingName, settingText } from './setting-text.ts';

const TITLE = 'Settings';

/** What is in force. */
export function SettingsPage(): ReactNode {
  const { isAdmin } = useUser();
  return isAdmin ? <Settings /> : <NotAllowedPage title={TITLE} />;
}

function Settings(): ReactNode {
  const { data, error, refetch } = useQuery(api.queryOptions('get', '/settings', {}));
  const { origins, ...settings } = data ?? {};
  const entries = Object.entries(settings);
  const groups = entries.filter(([, value]) => isGroup(value));
  const plain = entries.filter(([, value]) => !isGroup(value));
  return (
    <Page
      title={TITLE}
      intro="As they are in force, with what sets them; all others are as they are by default. They are set in the configuration file and on the command line of the server."
    >
      {error !== null && <ErrorState error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton lines={6} />}
      {data !== undefined && (
        <>
          <Panel title="For clients">
            <p className="mb-2 text-muted">Every client of the Hub uses this server with:</p>
            <Secret text={`export HF_ENDPOINT=${hubEndpoint}`} what="Setting" />
          </Panel>
          <Panel title="Server">
            <SettingFacts entries={plain} origins={origins} />
          </Panel>
          {groups.map(([name, value]) => (
            <Panel key={name} title={settingName(name)}>
              <SettingFacts
                entries={Object.entries(value as object)}
                origins={origins}
                block={`${name}.`}
              />
            </Panel>
          ))}
        </>
      )}
    </Page>
  );
}

function SettingFacts({
  entries,
  origins,
  block = '',
}: {
  readonly entries: readonly (readonly [string, unknown])[];
  readonly origins: unknown;
  /** What the names of the origins begin with. */
  readonly block?: string;
}): ReactNode {
  const known = (typeof origins === 'object' ? origins : null) as Record<string, unknown> | null;
  return (
    <Facts
      facts={entries.map(([name, value]) => {
        const origin = known?.[block + name];
        return [
          settingName(name),
          <span key={name} className="break-words">
            {settingText(name, value)}
            {typeof origin === 'string' && (
              <span className="ml-2 text-sm whitespace-nowrap text-muted">{origin}</span>
            )}
          </span>,
        ];
      })}
    />
  );
}

function isGroup(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
