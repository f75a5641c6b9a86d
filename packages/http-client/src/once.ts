/** Makes a value on the first call and keeps it; a failure is not kept. */
export function once<T>(
  make: () => Promise<T>,
): (() => Promise<T>) & { started(): Promise<T | undefined> } {
  let made: Promise<T> | undefined;
  const get = (): Promise<T> => {
    made ??= make().catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  };
  return Object.assign(get, { started: async () => made });
}
