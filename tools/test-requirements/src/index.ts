export { type ComponentName, components, SSHD } from './components.ts';
export { composeProgram, helmProgram } from './deploy-tools.ts';
export { hfHubClient, transformersJsFolder } from './other-clients.ts';
export { postgresPrograms } from './postgres.ts';
export {
  clientPythonFolder,
  kubernetesValidateCommand,
  type PythonEnvironment,
  programsOf,
  pythonEnvironment,
  schemathesisCommand,
} from './python.ts';
export { readRequires } from './read-requires.ts';
export { installHint, type Requirement, type Requirements } from './requirement.ts';
export { requires } from './requires.ts';
export { s3proxyArchive, versitygwProgram } from './s3-servers.ts';
