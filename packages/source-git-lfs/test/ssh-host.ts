import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer } from 'node:net';
import { userInfo } from 'node:os';
import { SSHD } from '@modelkeep/test-requirements';
import { expect, onTestFinished } from 'vitest';

/** A git host that is reached by ssh. */
export interface SshHost {
  /** Without a path. */
  readonly url: string;
  /** `GIT_SSH_COMMAND` for who trusts it, and has no key but an agent's. */
  readonly command: string;
  /** The only key that it lets in. */
  readonly key: string;
}

/** Starts the real sshd. What it runs for a client is git in the folders of this machine, and `git-lfs-authenticate` says `lfs`. */
export async function startSshHost(folder: string, lfs: object): Promise<SshHost> {
  for (const name of ['host', 'client']) {
    const args = ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', `${folder}/${name}`];
    execFileSync('ssh-keygen', args);
  }
  const shell = `${folder}/shell`;
  await writeFile(
    shell,
    `#!/bin/sh
case "$SSH_ORIGINAL_COMMAND" in
  git-lfs-authenticate*) echo '${JSON.stringify(lfs)}' ;;
  git-upload-pack*) eval "$SSH_ORIGINAL_COMMAND" ;;
  *) echo 'not here' >&2; exit 1 ;;
esac
`,
  );
  await chmod(shell, 0o755);
  const port = await freePort();
  const config = [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${folder}/host`,
    `AuthorizedKeysFile ${folder}/client.pub`,
    'PidFile none',
    'StrictModes no',
    'UsePAM no',
    'PasswordAuthentication no',
    'PermitRootLogin prohibit-password',
    `ForceCommand ${shell}`,
  ];
  await writeFile(`${folder}/sshd_config`, `${config.join('\n')}\n`);
  if (process.getuid?.() === 0) await mkdir('/run/sshd', { recursive: true });
  const sshd = spawn(SSHD, ['-D', '-e', '-f', `${folder}/sshd_config`], { stdio: 'ignore' });
  const ended = once(sshd, 'close');
  onTestFinished(async () => {
    sshd.kill();
    await ended;
  });
  await expect.poll(() => answers(port), { timeout: 20_000 }).toBe(true);
  const hostKey = execFileSync('cat', [`${folder}/host.pub`], { encoding: 'utf8' });
  await writeFile(`${folder}/known_hosts`, `[127.0.0.1]:${port} ${hostKey}`);
  const settings = ['StrictHostKeyChecking=yes', `UserKnownHostsFile=${folder}/known_hosts`];
  const options = settings.map((setting) => `-o ${setting}`).join(' ');
  return {
    url: `ssh://${userInfo().username}@127.0.0.1:${port}`,
    command: `ssh -F /dev/null -o BatchMode=yes ${options}`,
    key: `${folder}/client`,
  };
}

/** Starts an ssh-agent that has the key, and gives `SSH_AUTH_SOCK`. */
export async function startAgent(folder: string, key: string): Promise<string> {
  const socket = `${folder}/agent`;
  const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
  const ended = once(agent, 'close');
  onTestFinished(async () => {
    agent.kill();
    await ended;
  });
  const add = (): boolean => {
    try {
      const env = { ...process.env, SSH_AUTH_SOCK: socket };
      execFileSync('ssh-add', ['-q', key], { env, stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  };
  await expect.poll(add, { timeout: 20_000 }).toBe(true);
  return socket;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
