import { CloudOff } from 'lucide-react';
import { type ReactNode, useSyncExternalStore } from 'react';
import { connection } from '../api/connection.ts';

function useIsConnected(): boolean {
  return useSyncExternalStore(connection.subscribe, () => connection.isUp);
}

/** Says that what is shown may be old. The region is always there, so that its change is read out. */
export function OfflineBanner(): ReactNode {
  const isConnected = useIsConnected();
  return (
    <div role="status" className="sticky top-0 z-30">
      {!isConnected && (
        <p className="flex items-center justify-center gap-2 bg-warn-soft px-4 py-2 text-center text-sm font-medium text-warn">
          <CloudOff aria-hidden className="size-4 shrink-0" />
          No connection to the server. What you see may be out of date; this page reconnects by
          itself.
        </p>
      )}
    </div>
  );
}
