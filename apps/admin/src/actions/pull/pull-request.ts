/** What the dialog is filled in with. */
export interface PullForm {
  readonly model: string;
  /** Empty: the first that enables the model. */
  readonly connection: string;
  /** Patterns, one a line. */
  readonly include: string;
  readonly exclude: string;
}

export interface PullRequest {
  readonly model: string;
  readonly connection?: string;
  readonly include?: string[];
  readonly exclude?: string[];
}

export function toRequest({ model, connection, include, exclude }: PullForm): PullRequest {
  const [included, excluded] = [lines(include), lines(exclude)];
  return {
    model: modelOf(model),
    ...(connection === '' ? {} : { connection }),
    ...(included.length === 0 ? {} : { include: included }),
    ...(excluded.length === 0 ? {} : { exclude: excluded }),
  };
}

/** People paste the address of a model's page: `https://huggingface.co/org/name/tree/v1` means `org/name@v1`. */
function modelOf(text: string): string {
  const name = text.trim();
  if (!/^https?:\/\//.test(name)) return name;
  try {
    const [org, model, view, revision] = new URL(name).pathname.split('/').filter(Boolean);
    const id = [org, model].filter(Boolean).join('/');
    return view === 'tree' && revision !== undefined && revision !== 'main'
      ? `${id}@${decodeURIComponent(revision)}`
      : id;
  } catch {
    return name;
  }
}

function lines(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
