import { existsSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../../..');

/** Programs that are built from their Go modules, each in a folder of its version. */
export const GO_PROGRAMS = {
  helm: { package: 'helm.sh/helm/v3/cmd/helm', version: 'v3.22.0', program: 'helm' },
  'compose-go': {
    package: 'github.com/compose-spec/compose-go/v2/cmd',
    version: 'v2.16.2',
    program: 'cmd',
  },
} as const;

function goProgram(name: keyof typeof GO_PROGRAMS): string {
  const { version, program } = GO_PROGRAMS[name];
  return join(root, '.toolchain/go', `${name}-${version}`, program);
}

/** The `helm` command, once a suite has said `requires('helm')`. */
export function helmProgram(): string {
  return goProgram('helm');
}

/** Reads a compose file as Docker does, once a suite has said `requires('compose-go')`. */
export function composeProgram(): string {
  return goProgram('compose-go');
}

export function helmIsReady(): boolean {
  return existsSync(helmProgram());
}

export function composeIsReady(): boolean {
  return existsSync(composeProgram());
}
