import { Download } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { apiBase } from '../../api/api-base.ts';
import type { ModelDetails, ModelFile } from '../../api/types.ts';
import { formatBytes } from '../../format/bytes.ts';
import { formatCount } from '../../format/count.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button, buttonClasses } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Panel } from '../../ui/page.tsx';
import { SearchField } from '../../ui/search-field.tsx';
import { Table, Td, Th } from '../../ui/table.tsx';

const STEP = 200;

/** The files of the model, with what proves them. */
export function FilesView({ model }: { readonly model: ModelDetails }): ReactNode {
  const [search, setSearch] = useState('');
  const [shown, setShown] = useState(STEP);
  const found = model.files.filter(({ path }) => path.toLowerCase().includes(search.toLowerCase()));
  return (
    <div className="flex flex-col gap-4">
      {model.files.length > 10 && (
        <SearchField label="Search files" value={search} onChange={setSearch} />
      )}
      <Panel isFlush>
        <Table label="Files">
          <thead>
            <tr>
              <Th>Name</Th>
              <Th className="text-right">Size</Th>
              <Th className="hidden sm:table-cell">sha256</Th>
              <Th>
                <span className="sr-only">Download</span>
              </Th>
            </tr>
          </thead>
          <tbody>
            {found.slice(0, shown).map((file) => (
              <FileRow key={file.path} model={model} file={file} />
            ))}
          </tbody>
        </Table>
        {found.length > shown && (
          <div className="flex justify-center p-3">
            <Button onPress={() => setShown(shown + STEP)}>
              Show more ({found.length - shown} left)
            </Button>
          </div>
        )}
        {found.length === 0 && <p className="p-4 text-muted">No file has that in its name.</p>}
      </Panel>
      {model.omitted.length > 0 && (
        <Panel
          title="Left out"
          note={`${formatCount(model.omitted.length, 'file')} of the commit that nobody asked for`}
        >
          <ul className="flex flex-col gap-1 text-sm text-muted">
            {model.omitted.slice(0, STEP).map(({ path, size }) => (
              <li key={path} className="flex gap-3">
                <span className="min-w-0 flex-1 font-mono break-all">{path}</span>
                <span className="tabular">{formatBytes(size)}</span>
              </li>
            ))}
          </ul>
        </Panel>
      )}
    </div>
  );
}

function FileRow({
  model,
  file: { path, size, digest, lfs },
}: {
  readonly model: ModelDetails;
  readonly file: ModelFile;
}): ReactNode {
  const href = `${apiBase}/models/${encodeURIComponent(model.key)}/files/${encodeURIComponent(path)}`;
  return (
    <tr>
      <Td>
        <span className="font-mono text-sm break-all">{path}</span> {lfs && <Badge>LFS</Badge>}
      </Td>
      <Td className="tabular text-right whitespace-nowrap">{formatBytes(size)}</Td>
      <Td className="hidden sm:table-cell">
        {digest !== undefined && (
          <span className="flex items-center gap-1">
            <code className="font-mono text-sm text-muted" title={digest}>
              {digest.slice(0, 12)}…
            </code>
            <CopyButton text={digest} what={`sha256 of ${path}`} />
          </span>
        )}
      </Td>
      <Td className="text-right">
        <a
          href={href}
          download={path.split('/').at(-1)}
          aria-label={`Download ${path}`}
          className={buttonClasses('quiet', true)}
        >
          <Download aria-hidden className="size-4" />
        </a>
      </Td>
    </tr>
  );
}
