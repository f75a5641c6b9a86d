import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { isModelkeepError } from '@modelkeep/core/spi';
import { pythonEnvironment, requires } from '@modelkeep/test-requirements';
import { seededRandom, tempFolder } from '@modelkeep/testkit/memory';
import { expect, it } from 'vitest';
import { mutate, seedArchives } from '../test/mutate.ts';
import { type ReadMember, readAll } from '../test/read-all.ts';

requires('python-env');

const MUTANTS = Number(process.env['MODELKEEP_FUZZ_MUTANTS'] ?? 20_000);
const SEED = Number(process.env['MODELKEEP_FUZZ_SEED'] ?? 7);

/** Reads archives that stand one behind the other, each after its length; prints their members as JSON. */
const PYTHON = `
import hashlib, io, json, struct, sys, tarfile
KINDS = {tarfile.DIRTYPE: "directory", tarfile.SYMTYPE: "symlink", tarfile.LNKTYPE: "hardlink",
         tarfile.REGTYPE: "file", tarfile.AREGTYPE: "file"}
data = open(sys.argv[1], "rb")
while head := data.read(4):
    raw = data.read(struct.unpack("<I", head)[0])
    try:
        members = []
        with tarfile.open(fileobj=io.BytesIO(raw), mode="r:", encoding="utf-8", errors="surrogateescape") as tar:
            for info in tar:
                kind = KINDS.get(info.type, "other")
                body = tar.extractfile(info).read() if kind == "file" else b""
                members.append({"path": info.name.rstrip("/"), "kind": kind, "size": info.size,
                                "digest": hashlib.sha1(body).hexdigest()})
        print(json.dumps(members))
    except Exception as error:
        print(json.dumps(repr(error)))
`;

it('what we accept, Python reads in the same way', async () => {
  await using folder = await tempFolder();
  const seeds = seedArchives();
  const accepted: {
    readonly seed: number;
    readonly mutant: Buffer;
    readonly members: ReadMember[];
  }[] = [];
  for (let seed = SEED; seed < SEED + MUTANTS; seed += 1) {
    const mutant = mutate(seeds[seed % seeds.length] as Buffer, seededRandom(seed));
    try {
      accepted.push({ seed, mutant, members: await readAll(mutant) });
    } catch (error) {
      if (!isModelkeepError(error, 'archive-invalid'))
        throw new Error(`MODELKEEP_FUZZ_SEED=${seed}`, { cause: error });
    }
  }
  expect(accepted.length).toBeGreaterThan(MUTANTS / 50);
  const framed = accepted.flatMap(({ mutant }) => {
    const length = Buffer.alloc(4);
    length.writeUInt32LE(mutant.length);
    return [length, mutant];
  });
  await writeFile(folder.join('mutants'), Buffer.concat(framed));
  const printed = execFileSync(pythonEnvironment().python, ['-c', PYTHON, folder.join('mutants')], {
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
  });
  const theirs = printed
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
  expect(theirs).toHaveLength(accepted.length);
  for (const [index, { seed, members }] of accepted.entries()) {
    expect(
      members.map((member) => ({ ...member, path: member.path.replace(/\/+$/, '') })),
      `MODELKEEP_FUZZ_SEED=${seed}`,
    ).toEqual(theirs[index]);
  }
});
