import { useQuery } from '@tanstack/react-query';
import { CircleUser, LogOut, Monitor, Moon, Sun } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { ToggleButton } from 'react-aria-components/ToggleButton';
import { ToggleButtonGroup } from 'react-aria-components/ToggleButtonGroup';
import { describeError } from '../api/api-error.ts';
import { sessionOptions, signOut } from '../api/session.ts';
import { Button } from '../ui/button.tsx';
import { tell } from '../ui/toasts.tsx';
import { keepTheme, readTheme, type Theme } from './theme.ts';

const THEMES = [
  { id: 'system', name: 'As the system', icon: Monitor },
  { id: 'light', name: 'Light', icon: Sun },
  { id: 'dark', name: 'Dark', icon: Moon },
] as const;

/** Who is signed in, the look of the page, and the way out. */
export function UserMenu(): ReactNode {
  const { data } = useQuery(sessionOptions);
  const [theme, setTheme] = useState<Theme>(readTheme);
  const leave = (): void => {
    signOut().catch((error: unknown) => tell({ title: describeError(error).title, isError: true }));
  };
  return (
    <div className="flex flex-col gap-3">
      <div className="flex items-center gap-2.5 px-1">
        <CircleUser aria-hidden className="size-6 shrink-0 text-muted" />
        <div className="min-w-0 flex-1 leading-tight">
          <p className="truncate font-medium">{data?.user?.name}</p>
          <p className="text-sm text-muted">
            {data?.via === 'machine' ? 'on this machine' : data?.user?.role}
          </p>
        </div>
        {data?.via === 'session' && (
          <Button
            look="quiet"
            aria-label="Sign out"
            icon={<LogOut aria-hidden className="size-4.5" />}
            onPress={leave}
          />
        )}
      </div>
      <ToggleButtonGroup
        aria-label="Look"
        selectionMode="single"
        disallowEmptySelection
        selectedKeys={[theme]}
        onSelectionChange={([key]) => {
          const chosen = key as Theme;
          setTheme(chosen);
          keepTheme(chosen);
        }}
        className="grid grid-cols-3 rounded-lg bg-sunken p-0.5"
      >
        {THEMES.map(({ id, name, icon: Icon }) => (
          <ToggleButton
            key={id}
            id={id}
            aria-label={name}
            className="flex h-8 items-center justify-center rounded-md text-muted data-[selected]:bg-pressed data-[selected]:text-ink data-[selected]:shadow-sm"
          >
            <Icon aria-hidden className="size-4" />
          </ToggleButton>
        ))}
      </ToggleButtonGroup>
    </div>
  );
}
