import { Pause, Play, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { formatBytes, formatRate } from '../../format/bytes.ts';
import { formatPercent } from '../../format/count.ts';
import { formatDuration } from '../../format/time.ts';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Panel } from '../../ui/page.tsx';
import { Progress } from '../../ui/progress.tsx';
import { type Upload, uploads } from '../../uploads/upload-store.ts';

const ICON = { 'aria-hidden': true, className: 'size-4' } as const;

/** An archive on its way. */
export function UploadRow({ upload }: { readonly upload: Upload }): ReactNode {
  const { id, fileName, size, sentBytes, state, error } = upload;
  return (
    <Panel>
      <div className="flex flex-col gap-2 pt-2">
        <div className="flex items-center gap-2">
          <h2 className="min-w-0 flex-1 font-medium break-all">{fileName}</h2>
          {(state === 'sending' || state === 'waiting') && (
            <Button
              look="quiet"
              aria-label={`Pause ${fileName}`}
              icon={<Pause {...ICON} />}
              onPress={() => void uploads.pause(id)}
            />
          )}
          {(state === 'paused' || state === 'failed') && (
            <Button
              look="quiet"
              aria-label={`Go on with ${fileName}`}
              icon={<Play {...ICON} />}
              onPress={() => uploads.resume(id)}
            />
          )}
          <Button
            look="quiet"
            aria-label={`Discard ${fileName}`}
            icon={<X {...ICON} />}
            onPress={() => void uploads.remove(id)}
          />
        </div>
        <Progress
          label={`Upload of ${fileName}`}
          value={size === 0 ? 1 : sentBytes / size}
          tone={state === 'failed' ? 'danger' : state === 'sending' ? 'accent' : 'warn'}
        />
        <p className="tabular text-sm text-muted">{progressText(upload)}</p>
        {error !== null && (
          <Notice tone="danger" title="The upload failed" isNews>
            {error}
          </Notice>
        )}
      </div>
    </Panel>
  );
}

function progressText({ size, sentBytes, bytesPerSecond, state }: Upload): string {
  const share = size === 0 ? 1 : sentBytes / size;
  const left =
    bytesPerSecond === null || bytesPerSecond <= 0 ? null : (size - sentBytes) / bytesPerSecond;
  return [
    formatPercent(share),
    `${formatBytes(sentBytes)} of ${formatBytes(size)}`,
    bytesPerSecond === null ? '' : formatRate(bytesPerSecond),
    left === null ? '' : `${formatDuration(left)} left`,
    state === 'waiting' ? 'waits for the connection' : state === 'paused' ? 'paused' : '',
  ]
    .filter((part) => part !== '')
    .join(' · ');
}
