import { spawnSync } from 'node:child_process';
import { mkdirSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import { S3PROXY, s3proxyArchive, VERSITYGW, versitygwProgram } from './s3-servers.ts';

function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): void {
  const { status, error } = spawnSync(command, args, {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...env },
  });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed`, { cause: error });
}

/** Builds it: nobody publishes a binary in a package registry. */
function installVersitygw(): void {
  const program = versitygwProgram();
  const unfinished = `${dirname(program)}-${process.pid}`;
  run('go', ['install', `github.com/versity/versitygw/cmd/versitygw@v${VERSITYGW}`], {
    GOBIN: unfinished,
  });
  renameSync(unfinished, dirname(program));
}

function installS3proxy(): void {
  const folder = dirname(s3proxyArchive());
  mkdirSync(folder, { recursive: true });
  const artifact = `org.gaul:s3proxy:${S3PROXY}:jar:jar-with-dependencies`;
  const goal = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy';
  run('mvn', ['-q', '-B', goal, `-Dartifact=${artifact}`, `-DoutputDirectory=${folder}`]);
}

const installers: Readonly<Record<string, () => void>> = {
  versitygw: installVersitygw,
  s3proxy: installS3proxy,
};

for (const name of process.argv.slice(2)) {
  const install = installers[name];
  if (install === undefined) throw new Error(`${name}: not known here`);
  install();
}
