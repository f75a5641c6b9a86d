/** What a person sets so that each client asks the server, a line each. `url` has no slash at its end. */
export function clientSettings(url: string): string[] {
  const rows: readonly (readonly [string, string])[] = [
    ['hf, huggingface_hub, transformers, vLLM, llama.cpp', `HF_ENDPOINT=${url}`],
    ['huggingface.js', `hubUrl: '${url}'`],
    ['transformers.js', `env.remoteHost = '${url}/'`],
    ['git, git-lfs', `git clone ${url}/<model>`],
    ['curl', `curl -LO ${url}/<model>/resolve/main/config.json`],
    ['modelkeep', `MODELKEEP_SERVER=${url}`],
  ];
  const width = Math.max(...rows.map(([client]) => client.length));
  return rows.map(([client, setting]) => `${client.padEnd(width)}  ${setting}`);
}
