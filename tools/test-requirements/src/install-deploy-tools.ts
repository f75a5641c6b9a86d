import { dirname } from 'node:path';
import { composeProgram, GO_PROGRAMS, helmProgram } from './deploy-tools.ts';
import { goInstall } from './go-install.ts';

const programs = { helm: helmProgram(), 'compose-go': composeProgram() };

for (const name of process.argv.slice(2)) {
  if (name !== 'helm' && name !== 'compose-go') throw new Error(`${name}: not known here`);
  const { package: path, version } = GO_PROGRAMS[name];
  goInstall(`${path}@${version}`, dirname(programs[name]));
}
