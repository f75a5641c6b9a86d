import { Link } from '@tanstack/react-router';
import {
  Activity,
  Boxes,
  Gauge,
  type LucideIcon,
  Plug,
  ScrollText,
  Settings,
  Upload,
  Users,
} from 'lucide-react';
import type { ReactNode } from 'react';
import { useUser } from '../api/session.ts';
import { useRunningJobs } from '../jobs/use-jobs.ts';

interface Place {
  readonly to: string;
  readonly name: string;
  readonly icon: LucideIcon;
  readonly isForAdmins?: boolean;
}

const PLACES: readonly Place[] = [
  { to: '/', name: 'Overview', icon: Gauge },
  { to: '/models', name: 'Models', icon: Boxes },
  { to: '/jobs', name: 'Jobs', icon: Activity },
  { to: '/import', name: 'Import', icon: Upload, isForAdmins: true },
  { to: '/connections', name: 'Connections', icon: Plug },
  { to: '/access', name: 'Users and tokens', icon: Users },
  { to: '/audit', name: 'Activity log', icon: ScrollText, isForAdmins: true },
  { to: '/settings', name: 'Settings', icon: Settings, isForAdmins: true },
];

/** The places of the page that this user may see. */
export function Navigation({ onGo }: { readonly onGo?: () => void }): ReactNode {
  const { isAdmin } = useUser();
  const running = useRunningJobs().length;
  return (
    <nav aria-label="Main">
      <ul className="flex flex-col gap-0.5">
        {PLACES.filter(({ isForAdmins = false }) => isAdmin || !isForAdmins).map((place) => (
          <li key={place.to}>
            <Link
              to={place.to}
              activeOptions={{ exact: place.to === '/', includeSearch: false }}
              {...(onGo === undefined ? {} : { onClick: onGo })}
              className="flex min-h-10 items-center gap-3 rounded-lg px-3 text-muted no-underline hover:bg-sunken hover:text-ink aria-[current=page]:bg-accent-soft aria-[current=page]:font-medium aria-[current=page]:text-accent"
            >
              <place.icon aria-hidden className="size-4.5 shrink-0" />
              <span className="flex-1">{place.name}</span>
              {place.to === '/jobs' && running > 0 && (
                <span className="tabular rounded-full bg-accent-fill px-1.5 text-xs font-medium text-on-accent">
                  {running}
                  <span className="sr-only"> under way</span>
                </span>
              )}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
