/** A real component that integration suites need and a bare machine may lack. */
export interface Requirement {
  /** What it is, in a few words. */
  readonly what: string;
  /** The Debian package that brings it, where one does. */
  readonly apt?: string;
  /** The command that brings it or the rest of it, run in the repository's root, where no Debian package does. */
  readonly command?: readonly [string, ...string[]];
  /** Whether the command takes minutes and needs nothing of the others: then it runs beside them. */
  readonly isSlow?: boolean;
  /** What a person has to do, where no command does it. */
  readonly advice?: string;
  /** Whether it is here and works. */
  readonly detect: () => boolean;
}

/** Components by name. */
export type Requirements = Readonly<Record<string, Requirement>>;

/** The one line that tells a person how to get a component. */
export function installHint(requirement: Requirement): string {
  const { apt, command, advice } = requirement;
  const steps = [
    apt === undefined ? [] : `apt-get install -y ${apt}`,
    command?.join(' ') ?? [],
  ].flat();
  return steps.length > 0 ? steps.join(' && ') : (advice ?? 'no known way to install it');
}
