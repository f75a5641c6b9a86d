import { type ComponentName, components } from './components.ts';
import { installHint } from './requirement.ts';

const present = new Map<string, boolean>();

/**
 * Says at the top of an integration suite which real components it needs. `npm test` reads the names from the
 * source (so they must be string literals) and leaves the file out where one is missing; run in any other way,
 * the file fails here.
 *
 * @throws Error naming the missing component and the command that installs it.
 */
export function requires(...names: readonly ComponentName[]): void {
  for (const name of names) {
    const component = components[name];
    const here = present.get(name) ?? component.detect();
    present.set(name, here);
    if (!here) {
      throw new Error(
        `This suite needs ${name} (${component.what}). Get it: ${installHint(component)}`,
      );
    }
  }
}
