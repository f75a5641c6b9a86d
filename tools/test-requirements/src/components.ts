import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { composeIsReady, helmIsReady } from './deploy-tools.ts';
import { hfHubRustIsReady, transformersJsIsReady } from './other-clients.ts';
import { postgresIsReady } from './postgres.ts';
import {
  clientPythonIsReady,
  HUB_VERSIONS,
  hubVersionsAreReady,
  kubernetesValidateIsReady,
  pythonIsReady,
  schemathesisIsReady,
  sentenceTransformersAreReady,
} from './python.ts';
import type { Requirement } from './requirement.ts';
import { s3proxyIsReady, versitygwIsReady } from './s3-servers.ts';

/** The name of a component. */
export type ComponentName =
  | 'aria2c'
  | 'bash'
  | 'bsdtar'
  | 'chromium'
  | 'client-python'
  | 'compose-go'
  | 'coreutils'
  | 'curl'
  | 'faketime'
  | 'git'
  | 'git-lfs'
  | 'helm'
  | 'hf-hub-rust'
  | 'hub-versions'
  | 'iproute2'
  | 'kubernetes-validate'
  | 'network-namespace'
  | 'openssh-server'
  | 'nginx'
  | 'openssl'
  | 'p7zip'
  | 'pgbouncer'
  | 'postgresql'
  | 'python-env'
  | 's3proxy'
  | 'schemathesis'
  | 'script'
  | 'sentence-transformers'
  | 'strace'
  | 'tar'
  | 'tmpfs-mount'
  | 'transformers-js'
  | 'unzip'
  | 'versitygw'
  | 'zip'
  | 'zstd';

/** sshd runs by its full path only. */
export const SSHD = '/usr/sbin/sshd';

/** Every component that a suite may name in `requires(...)`. */
export const components: Readonly<Record<ComponentName, Requirement>> = {
  aria2c: {
    what: 'aria2c, a downloader to measure against',
    apt: 'aria2',
    detect: () => runs('aria2c', '--version'),
  },
  bash: {
    what: 'bash, whose completion is tested',
    apt: 'bash',
    detect: () => runs('bash', '--version'),
  },
  bsdtar: {
    what: 'bsdtar, a second implementation of tar',
    apt: 'libarchive-tools',
    detect: () => runs('bsdtar', '--version'),
  },
  chromium: {
    what: 'Chromium, in which the admin page is tried',
    apt: 'chromium',
    detect: () => runs('chromium', '--version'),
  },
  'client-python': {
    what: 'what builds, checks and tests the Python package',
    command: ['node', 'tools/python-env/setup.mjs', 'client-python'],
    detect: clientPythonIsReady,
  },
  'compose-go': {
    what: 'what reads compose files in Docker (needs go)',
    command: ['node', 'tools/test-requirements/src/install-deploy-tools.ts', 'compose-go'],
    isSlow: true,
    detect: composeIsReady,
  },
  coreutils: {
    what: 'GNU du and sha256sum',
    apt: 'coreutils',
    detect: () => runs('du', '-b', process.execPath) && runs('sha256sum', '--version'),
  },
  curl: {
    what: 'curl, a downloader to measure against',
    apt: 'curl',
    detect: () => runs('curl', '--version'),
  },
  faketime: {
    what: 'faketime, which gives a program another clock',
    apt: 'faketime',
    detect: () => runs('faketime', '-f', '+1h', 'true'),
  },
  git: {
    what: 'git',
    apt: 'git',
    detect: () => runs('git', '--version'),
  },
  'git-lfs': {
    what: 'git with Large File Storage',
    apt: 'git-lfs',
    detect: () => runs('git', 'lfs', 'version'),
  },
  helm: {
    what: 'helm, which renders charts (needs go)',
    command: ['node', 'tools/test-requirements/src/install-deploy-tools.ts', 'helm'],
    isSlow: true,
    detect: helmIsReady,
  },
  iproute2: {
    what: 'ip, which links a network namespace to this machine',
    apt: 'iproute2',
    detect: () => runs('ip', '-V'),
  },
  'hf-hub-rust': {
    what: 'a program of the Rust crate hf-hub',
    command: [
      'cargo',
      ...['build', '--quiet', '--locked', '--target-dir', '.toolchain/hf-hub-rust'],
      ...['--manifest-path', 'tools/hf-hub-rust/Cargo.toml'],
    ],
    detect: hfHubRustIsReady,
  },
  'hub-versions': {
    what: 'earlier versions of huggingface_hub',
    command: ['node', 'tools/python-env/setup.mjs', ...HUB_VERSIONS],
    detect: hubVersionsAreReady,
  },
  'network-namespace': {
    what: 'network namespaces: a process without any network',
    advice: 'run as root on Linux with unshare (util-linux)',
    detect: () => runs('unshare', '--net', 'true'),
  },
  'openssh-server': {
    what: 'sshd, with ssh, ssh-agent and ssh-keygen',
    apt: 'openssh-server',
    detect: () => existsSync(SSHD) && runs('ssh', '-V'),
  },
  'kubernetes-validate': {
    what: 'the schemas of Kubernetes, and what checks by them',
    command: ['node', 'tools/python-env/setup.mjs', 'kubernetes-validate'],
    detect: kubernetesValidateIsReady,
  },
  nginx: {
    what: 'nginx, as the load balancer',
    apt: 'nginx-light',
    detect: () => runs('nginx', '-v'),
  },
  openssl: {
    what: 'openssl, a hash to measure against',
    apt: 'openssl',
    detect: () => runs('openssl', 'version'),
  },
  p7zip: {
    what: '7z, another program that makes zips',
    apt: 'p7zip-full',
    detect: () => runs('7z', 'i'),
  },
  pgbouncer: {
    what: 'pgbouncer, a pooler before PostgreSQL',
    apt: 'pgbouncer',
    detect: () => runs('pgbouncer', '--version'),
  },
  postgresql: {
    what: 'the server programs of PostgreSQL',
    apt: 'postgresql',
    detect: postgresIsReady,
  },
  'python-env': {
    what: "the tests' Python: huggingface_hub with hf, all-MiniLM-L6-v2 and what embeds with it",
    command: ['node', 'tools/python-env/setup.mjs'],
    detect: pythonIsReady,
  },
  s3proxy: {
    what: 's3proxy, a server that speaks S3 (needs java and mvn)',
    command: ['node', 'tools/test-requirements/src/install-s3-servers.ts', 's3proxy'],
    detect: s3proxyIsReady,
  },
  schemathesis: {
    what: 'schemathesis, which tests an API by its OpenAPI document',
    command: ['node', 'tools/python-env/setup.mjs', 'schemathesis'],
    detect: schemathesisIsReady,
  },
  script: {
    what: 'script, which runs a command on a terminal',
    apt: 'bsdutils',
    detect: () => runs('script', '--version'),
  },
  'sentence-transformers': {
    what: 'sentence-transformers, with torch for the CPU',
    apt: 'python3-torch',
    command: ['node', 'tools/python-env/setup.mjs', 'sentence-transformers'],
    detect: sentenceTransformersAreReady,
  },
  strace: {
    what: 'strace, and leave to use it',
    apt: 'strace',
    detect: () => runs('strace', '-f', '-o', '/dev/null', 'true'),
  },
  tar: {
    what: 'GNU tar',
    apt: 'tar',
    detect: () => runs('tar', '--version'),
  },
  'tmpfs-mount': {
    what: 'small file systems made for a test',
    advice: 'run as root on Linux where mounting tmpfs is allowed',
    detect: () =>
      runs('unshare', '--mount', 'mount', '-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', '/mnt'),
  },
  'transformers-js': {
    what: 'transformers.js, with its own ONNX runtime',
    command: ['node', 'tools/transformers-js/setup.mjs'],
    detect: transformersJsIsReady,
  },
  unzip: {
    what: 'unzip, by which zips are checked',
    apt: 'unzip',
    detect: () => runs('unzip', '-v'),
  },
  versitygw: {
    what: 'versitygw, another server that speaks S3 (needs go)',
    command: ['node', 'tools/test-requirements/src/install-s3-servers.ts', 'versitygw'],
    isSlow: true,
    detect: versitygwIsReady,
  },
  zip: {
    what: 'the zip command',
    apt: 'zip',
    detect: () => runs('zip', '-v'),
  },
  zstd: {
    what: 'the zstd command',
    apt: 'zstd',
    detect: () => runs('zstd', '--version'),
  },
};

function runs(command: string, ...args: string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}
