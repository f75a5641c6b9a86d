import { useQuery } from '@tanstack/react-query';
import { FileUp } from 'lucide-react';
import { type ReactNode, useSyncExternalStore } from 'react';
import { DropZone } from 'react-aria-components/DropZone';
import { FileTrigger } from 'react-aria-components/FileTrigger';
import { Text } from 'react-aria-components/Text';
import { isFileDropItem } from 'react-aria-components/useDragAndDrop';
import { api } from '../../api/client.ts';
import { useUser } from '../../api/session.ts';
import { NotAllowedPage } from '../../shell/page-states.tsx';
import { Button } from '../../ui/button.tsx';
import { Page, Panel } from '../../ui/page.tsx';
import { uploads } from '../../uploads/upload-store.ts';
import { PathImport } from './path-import.tsx';
import { SentUpload } from './sent-upload.tsx';
import { UnfinishedUploads } from './unfinished-uploads.tsx';
import { UploadRow } from './upload-row.tsx';

const TITLE = 'Import';

/** Archives into the cache: sent, looked into, and only then stored. */
export function ImportPage(): ReactNode {
  const { isAdmin } = useUser();
  return isAdmin ? <Import /> : <NotAllowedPage title={TITLE} />;
}

function Import(): ReactNode {
  const here = useSyncExternalStore(uploads.subscribe, () => uploads.snapshot);
  const { data } = useQuery({ ...api.queryOptions('get', '/uploads', {}), staleTime: 0 });
  const ours = new Set(here.map(({ uploadId }) => uploadId));
  const names = new Set(here.map(({ fileName }) => fileName));
  const others = (data?.uploads ?? []).filter(
    ({ id, fileName, complete }) => !ours.has(id) && (complete || !names.has(fileName ?? '')),
  );
  const add = (files: readonly File[]): void => {
    for (const file of files) void uploads.add(file);
  };
  return (
    <Page
      title={TITLE}
      intro="Archives that another server exported, or that somebody built by hand"
    >
      <DropZone
        getDropOperation={() => 'copy'}
        onDrop={({ items }) => {
          void Promise.all(items.filter(isFileDropItem).map((item) => item.getFile())).then(add);
        }}
        className="flex flex-col items-center gap-3 rounded-xl border-2 border-dashed border-edge px-4 py-10 text-center transition-colors data-[drop-target]:border-accent-fill data-[drop-target]:bg-accent-soft data-[focus-visible]:outline-2 data-[focus-visible]:outline-accent"
      >
        <FileUp aria-hidden className="size-9 text-muted" />
        <Text slot="label" className="text-lg font-medium">
          Drop archives here
        </Text>
        <p className="max-w-prose text-muted">
          tar, tar.gz, tar.zst or zip, of any size. An upload that breaks off goes on by itself,
          also after a closed lid. Nothing is stored before you have seen what is inside.
        </p>
        <FileTrigger allowsMultiple onSelect={(list) => add([...(list ?? [])])}>
          <Button look="primary">Choose files</Button>
        </FileTrigger>
      </DropZone>
      {here.map((upload) =>
        upload.state === 'sent' && upload.uploadId !== null ? (
          <SentUpload
            key={upload.id}
            name={upload.fileName}
            source={{ upload: upload.uploadId }}
            onGone={() => void uploads.remove(upload.id, true)}
          />
        ) : (
          <UploadRow key={upload.id} upload={upload} />
        ),
      )}
      {others
        .filter(({ complete }) => complete)
        .map(({ id, fileName }) => (
          <SentUpload key={id} name={fileName ?? id} source={{ upload: id }} />
        ))}
      <UnfinishedUploads uploads={others.filter(({ complete }) => !complete)} />
      <Panel title="On the server already">
        <PathImport />
      </Panel>
    </Page>
  );
}
