import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { goInstall } from './go-install.ts';
import { runCommand } from './run-command.ts';
import { S3PROXY, s3proxyArchive, VERSITYGW, versitygwProgram } from './s3-servers.ts';

function installVersitygw(): void {
  const module = 'github.com/versity/versitygw/cmd/versitygw';
  goInstall(`${module}@v${VERSITYGW}`, dirname(versitygwProgram()));
}

function installS3proxy(): void {
  const folder = dirname(s3proxyArchive());
  mkdirSync(folder, { recursive: true });
  const artifact = `org.gaul:s3proxy:${S3PROXY}:jar:jar-with-dependencies`;
  const goal = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy';
  runCommand('mvn', ['-q', '-B', goal, `-Dartifact=${artifact}`, `-DoutputDirectory=${folder}`]);
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
