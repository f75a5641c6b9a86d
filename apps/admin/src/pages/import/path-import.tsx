import { type ReactNode, useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { Form } from '../../ui/form.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { SentUpload } from './sent-upload.tsx';

/** An archive that lies on the server's machine needs no upload. */
export function PathImport(): ReactNode {
  const [path, setPath] = useState('');
  const [chosen, setChosen] = useState<string | null>(null);
  const submit = (): void => {
    if (path.trim() !== '') setChosen(path.trim());
  };
  return (
    <div className="flex flex-col gap-4">
      <Form onSubmit={submit} className="flex flex-wrap items-end gap-2">
        <div className="min-w-0 flex-1 basis-64">
          <TextField
            label="File or folder"
            value={path}
            onChange={setPath}
            isMono
            spellCheck="false"
            autoComplete="off"
            placeholder="/srv/archives/model.tar"
          />
        </div>
        <Button type="submit">Look into it</Button>
      </Form>
      {chosen !== null && (
        <SentUpload
          key={chosen}
          name={chosen}
          source={{ path: chosen }}
          onGone={() => setChosen(null)}
        />
      )}
    </div>
  );
}
