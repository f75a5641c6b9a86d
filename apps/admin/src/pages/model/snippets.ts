interface Snippet {
  readonly id: string;
  readonly name: string;
  readonly text: string;
  readonly note?: string;
}

interface SnippetInput {
  /** The server, as clients of the Hub are told it. */
  readonly endpoint: string;
  readonly modelId: string;
  readonly revision: string;
  readonly needsToken: boolean;
  readonly files: readonly string[];
}

/** How each client asks this server for the model. */
export function snippets(input: SnippetInput): readonly Snippet[] {
  const { endpoint, modelId, revision, needsToken } = input;
  const isMain = revision === 'main';
  const [id, rev] = [JSON.stringify(modelId), JSON.stringify(revision)];
  const shellEnv = [
    `export HF_ENDPOINT=${shell(endpoint)}`,
    ...(needsToken ? ['export HF_TOKEN=hf_…'] : []),
  ].join('\n');
  const revOption = isMain ? '' : ` --revision ${shell(revision)}`;
  const file = exampleFile(input.files);
  const header = needsToken ? ' \\\n  -H "Authorization: Bearer $HF_TOKEN"' : '';
  return [
    {
      id: 'python',
      name: 'Python',
      text: `${shellEnv}\n\npython - <<'PY'\nfrom huggingface_hub import snapshot_download\n\nfolder = snapshot_download(${id}${isMain ? '' : `, revision=${rev}`})\nprint(folder)\nPY`,
      note: 'transformers, sentence-transformers, diffusers and all else that uses huggingface_hub need nothing but the variables.',
    },
    { id: 'hf', name: 'hf', text: `${shellEnv}\n\nhf download ${shell(modelId)}${revOption}` },
    {
      id: 'typescript',
      name: 'TypeScript',
      text: `import { snapshotDownload } from '@huggingface/hub';\n\nconst folder = await snapshotDownload({\n  repo: ${id},\n${isMain ? '' : `  revision: ${rev},\n`}  hubUrl: ${JSON.stringify(endpoint)},\n${needsToken ? '  accessToken: process.env.HF_TOKEN,\n' : ''}});`,
    },
    {
      id: 'transformers-js',
      name: 'transformers.js',
      text: `import { env, pipeline } from '@huggingface/transformers';\n\nenv.remoteHost = ${JSON.stringify(`${endpoint}/`)};\nconst run = await pipeline('feature-extraction', ${id}${isMain ? '' : `, { revision: ${rev} }`});`,
      note: 'The model needs its ONNX files for that.',
    },
    {
      id: 'git',
      name: 'git',
      text: `${isMain ? 'git clone' : `git clone --branch ${shell(revision)}`} ${shell(`${endpoint}/${modelId}`)}`,
      note: needsToken
        ? 'git asks for a name and a password: any name, and your token.'
        : 'git-lfs fetches the weights.',
    },
    { id: 'vllm', name: 'vLLM', text: `${shellEnv}\n\nvllm serve ${shell(modelId)}${revOption}` },
    {
      id: 'curl',
      name: 'curl',
      text: `curl -fL ${shell(`${endpoint}/${modelId}/resolve/${encodeURIComponent(revision)}/${file.split('/').map(encodeURIComponent).join('/')}`)}${header} \\\n  -o ${shell(file.split('/').at(-1) ?? file)}`,
    },
    {
      id: 'modelkeep',
      name: 'modelkeep',
      text: `modelkeep path ${shell(isMain ? modelId : `${modelId}@${revision}`)}`,
      note: "On the server's own machine: prints the folder, which never changes.",
    },
  ];
}

function exampleFile(files: readonly string[]): string {
  return files.find((path) => path === 'config.json') ?? files[0] ?? 'config.json';
}

/** A word of a shell, in quotes where it needs them. */
function shell(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
