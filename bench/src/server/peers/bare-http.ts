import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { launch, type ServerProcess } from '../process.ts';

export interface BareHttp extends ServerProcess {
  readonly url: string;
}

/** An answer that is kept in memory. */
export interface KeptAnswer {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const PROGRAM = `
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
const { headers, body } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const server = createServer((request, response) => {
  response.writeHead(200, headers);
  response.end(request.method === 'HEAD' ? undefined : body);
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
`;

/** The least that `node:http` can do: the same bytes to whoever asks for anything. */
export async function launchBareHttp(
  folder: string,
  name: string,
  answer: KeptAnswer,
): Promise<BareHttp> {
  const program = join(folder, `bare ${name}.mjs`);
  const facts = join(folder, `bare ${name}.json`);
  await writeFile(program, PROGRAM);
  await writeFile(facts, JSON.stringify(answer));
  const server = await launch({
    argv: [process.execPath, program, facts],
    log: join(folder, `bare ${name}.log`),
  });
  return { ...server, url: `http://127.0.0.1:${server.firstLine}` };
}
