import { useQuery } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { apiBase } from '../../api/api-base.ts';
import { client } from '../../api/client.ts';
import { formatBytes } from '../../format/bytes.ts';
import { formatCount } from '../../format/count.ts';
import { modelName } from '../../pages/models/model-facts.ts';
import { Button, buttonClasses } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Select } from '../../ui/select.tsx';
import { ErrorState, Skeleton } from '../../ui/states.tsx';
import { startDownloads } from './start-downloads.ts';

const FORMATS = [
  { id: 'tar', name: 'tar', note: 'can be resumed' },
  { id: 'tar.zst', name: 'tar.zst' },
  { id: 'tar.gz', name: 'tar.gz' },
  { id: 'zip', name: 'zip', note: 'can be resumed' },
  { id: 'zip, compressed', name: 'zip, compressed' },
] as const;

type Format = (typeof FORMATS)[number]['id'];

/** What the server is asked for. */
function formOf(format: Format) {
  return format === 'zip, compressed'
    ? { format: 'zip' as const, compress: true }
    : { format, compress: false };
}

interface ExportDialogProps {
  readonly models: readonly string[];
  readonly onClose: () => void;
}

/** Models as archives: the browser downloads each by itself, and can go on with one that broke off. */
export function ExportDialog({ models, onClose }: ExportDialogProps): ReactNode {
  const [format, setFormat] = useState<Format>('tar');
  const { data, error, isPending } = useQuery({
    queryKey: ['exports', models, format],
    queryFn: async () => {
      const body = { models: [...models], ...formOf(format) };
      return (await client.POST('/exports/preview', { body })).data ?? null;
    },
  });
  const exports = data?.exports ?? [];
  const partial = exports.filter(({ complete }) => !complete);
  const [only] = exports;
  const [first = ''] = models;
  return (
    <Dialog
      title={`Export ${models.length === 1 ? modelName(first) : formatCount(models.length, 'model')}`}
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>Close</Button>
          {exports.length === 1 && only !== undefined && (
            <a
              href={`${apiBase}/${only.href}`}
              download={only.fileName}
              className={buttonClasses('primary')}
            >
              <Download aria-hidden className="size-4" />
              Download{only.size === null ? '' : ` ${formatBytes(only.size)}`}
            </a>
          )}
          {exports.length > 1 && (
            <Button
              look="primary"
              icon={<Download aria-hidden className="size-4" />}
              onPress={() => startDownloads(exports)}
            >
              Download {formatCount(exports.length, 'archive')}
            </Button>
          )}
        </>
      }
    >
      <Select
        label="Format"
        options={FORMATS}
        value={format}
        onChange={(id) => setFormat(id as Format)}
      />
      {isPending && <Skeleton />}
      {error !== null && <ErrorState error={error} />}
      {data != null && data.missing.length > 0 && (
        <Notice tone="warn">
          {formatCount(data.missing.length, 'model is', 'models are')} not here any more.
        </Notice>
      )}
      {partial.length > 0 && (
        <Notice tone="warn" title="Not all files are here">
          {partial.map(({ key }) => modelName(key)).join(', ')}: the archive holds what was fetched
          so far. “Update” fetches the rest.
        </Notice>
      )}
      {exports.length > 0 && (
        <ul className="max-h-64 divide-y divide-line overflow-auto rounded-lg border border-line text-sm">
          {exports.map(({ key, fileName, size, href }) => (
            <li key={key} className="flex items-center gap-3 px-3 py-2">
              <a
                href={`${apiBase}/${href}`}
                download={fileName}
                className="link min-w-0 flex-1 break-all"
              >
                {fileName}
              </a>
              <span className="tabular whitespace-nowrap text-muted">
                {size === null ? 'size not known' : formatBytes(size)}
              </span>
            </li>
          ))}
        </ul>
      )}
      <p className="text-sm text-muted">
        Import the archive on another server, or with <code>modelkeep import</code>. A tar or a
        plain zip has a known size, and a download that breaks off goes on from there.
      </p>
    </Dialog>
  );
}
